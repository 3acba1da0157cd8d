/** Control characters but tabs and line breaks, and what turns the direction of writing round or is not seen. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** A host can say anything; it must not get to the terminal of whoever reads about it. */
export function withoutUnseen(text: string, instead = ''): string {
  return text.replace(UNSEEN, instead)
}
