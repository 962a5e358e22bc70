/** An amount for people, without its currency: two decimals, more where that would say nothing. */
export function money(amount: number): string {
  return amount === 0 || amount >= 0.01 ? amount.toFixed(2) : amount.toPrecision(1);
}
