import type { Person } from "../live/index.ts";

const FORGOTTEN = 6_000;

/** Those who are writing: forgotten once their words are there, or a few seconds after they were last named. */
export class Typists {
  private people: Person[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: (people: Person[]) => void) {}

  /** These are writing now, and nobody else. */
  name(people: Person[]): void {
    clearTimeout(this.timer);
    if (people.length > 0) this.timer = setTimeout(() => this.name([]), FORGOTTEN);
    this.tell(people);
  }

  /** What this person was writing is said. */
  forget(id: number | null): void {
    this.tell(this.people.filter((person) => person.id !== id));
  }

  private tell(people: Person[]): void {
    this.people = people;
    this.show(people);
  }
}
