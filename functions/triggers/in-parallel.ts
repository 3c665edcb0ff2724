/** Runs an act on each item, at most `width` at once; answers in the items' order. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  if (items.length <= width) return Promise.all(items.map(act));
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let place = next++; place < items.length; place = next++) {
      results[place] = await act(items[place] as T);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
