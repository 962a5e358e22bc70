/** An amount for people, without its currency: two decimals, or more if two would show only zeros. */
export function money(amount: number): string {
  return amount === 0 || amount >= 0.01 ? amount.toFixed(2) : amount.toPrecision(1);
}
