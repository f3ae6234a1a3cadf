/** `first` and the words it introduces, with the colon as the language of the page sets it. */
export function saying(first: string, words: string): string {
  const pattern = document.querySelector<HTMLMetaElement>('meta[name="saying"]')?.content;
  return (pattern ?? "%1: %2").replace(/%[12]/g, (hole) => (hole === "%1" ? first : words));
}
