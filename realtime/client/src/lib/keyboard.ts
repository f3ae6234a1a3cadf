/** Whether there is a keyboard beside the screen: on a touch screen the focus of a field brings one up over it. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
