import type { PersonId } from "#core/bays/channel";
import type { Change, Effects, Notice } from "#core/bays/notice";

/** Gathers what a turn brings about. Of several changes of one document the last counts. */
export class Outbox {
  #changes = new Map<string, Change>();
  #notices: Notice[] = [];
  #board = false;
  #persons = new Set<PersonId>();
  #channels = new Set<string>();

  keep(change: Change): void {
    this.#changes.set(`${change.kind} ${change.id}`, change);
  }

  tell(notice: Notice): void {
    this.#notices.push(notice);
  }

  touchBoard(): void {
    this.#board = true;
  }

  touchPerson(person: PersonId | null): void {
    if (person !== null) this.#persons.add(person);
  }

  touchChannel(channel: string): void {
    this.#channels.add(channel);
  }

  /** Empties it. */
  take(): Effects {
    const touched = { board: this.#board, persons: this.#persons, channels: this.#channels };
    const effects: Effects = { changes: [...this.#changes.values()], notices: this.#notices, touched };
    this.#changes = new Map();
    this.#notices = [];
    this.#board = false;
    this.#persons = new Set();
    this.#channels = new Set();
    return effects;
  }
}
