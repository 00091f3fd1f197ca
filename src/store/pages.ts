/** Long answers come in pages; these are for those who want them whole, and have the room. */

export async function collected<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
