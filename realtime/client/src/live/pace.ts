/** Keeps a crowd of requests under the server's rate: a burst at once, then one after the other. */
export class Pace {
  private free = 0;

  constructor(
    private readonly burst = 30,
    private readonly every = 100,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Takes the next turn; milliseconds until it comes, 0 for at once. */
  turn(): number {
    const now = this.now();
    this.free = Math.max(this.free, now) + this.every;
    return Math.max(0, this.free - this.burst * this.every - now);
  }
}
