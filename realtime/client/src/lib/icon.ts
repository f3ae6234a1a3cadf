/** Makes the icon in an element another one of the same sprite. */
export function setIcon(element: ParentNode, name: string): void {
  const use = element.querySelector("use");
  use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, `#${name}`));
}
