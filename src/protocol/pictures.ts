/** A picture of the drawing as it stands on the canvas, for a file. */
export type PictureFormat =
  | { readonly kind: 'svg'; readonly theme: 'auto' | 'light' | 'dark' }
  /** `scale`: pixels for each unit of the drawing. */
  | { readonly kind: 'png'; readonly theme: 'light' | 'dark'; readonly scale: 1 | 2 }

/** `content`: SVG as its text, PNG in base64. */
export type PictureAnswer =
  { readonly ok: true; readonly content: string } | { readonly ok: false; readonly reason: string }

/** The longest `content`: an image of the most pixels that are drawn compresses to a fraction of this. */
export const MOST_CONTENT = 256 * 1024 * 1024
