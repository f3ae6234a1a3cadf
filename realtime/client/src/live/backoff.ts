/** Full jitter: each wait is anywhere between nothing and a bound that doubles, so that a crowd spreads out. */
export class Backoff {
  private tries = 0;
  private readonly first: number;
  private readonly most: number;
  private readonly random: () => number;

  constructor(first = 500, most = 30_000, random: () => number = Math.random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  get failures(): number {
    return this.tries;
  }

  next(): number {
    const bound = Math.min(this.most, this.first * 2 ** this.tries);
    this.tries += 1;
    return Math.round(this.random() * bound);
  }

  reset(): void {
    this.tries = 0;
  }
}
