// What is asked of the service: one place that knows whether a drill is looked at, and what an answer that is none looks like.

let below = '';

/** '/exercise' while a drill is looked at, '' otherwise. */
export const seeBelow = path => { below = path; };
export const seenBelow = () => below;

/** @return null where there was no good answer */
export async function askJson(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export const ofWhatIsSeen = path => below + path;

export const parameters = of => new URLSearchParams(Object.entries(of).filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
