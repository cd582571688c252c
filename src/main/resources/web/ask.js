// What is asked of the service: one place that knows whether a drill is looked at, and what an answer that is none looks like.

const LONGEST_MS = 60000;
let below = '';

/** '/exercise' while a drill is looked at, '' otherwise. */
export const seeBelow = path => { below = path; };
export const seenBelow = () => below;

/** @return null where there was no good answer */
export async function askJson(path) {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(LONGEST_MS) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

const MOST_A_PAGE = 10000;

/**
 * All features of a collection, page after page.
 *
 * @return the first page with the features of all, or null where one of them could not be had
 */
export async function askAll(path, asked = {}) {
  const first = await askJson(`${path}?${parameters({ limit: MOST_A_PAGE, ...asked })}`);
  for (let page = first; page; ) {
    const next = page.links.find(link => link.rel === 'next');
    if (!next) return first;
    const { pathname, search } = new URL(next.href);
    page = await askJson(pathname + search);
    if (page) first.features = first.features.concat(page.features);
  }
  return null;
}

export const ofWhatIsSeen = path => below + path;

export const parameters = of => new URLSearchParams(Object.entries(of).filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
