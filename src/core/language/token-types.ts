/** What a word of a topology can be in the cluster. Editors know the types by these names. */
export const TOKEN_TYPES = [
  'client',
  'router',
  'director',
  'realServer',
  'network',
  'service',
  'vip',
  'mode',
  'scheduler',
] as const
export type TokenType = (typeof TOKEN_TYPES)[number]

/** What can be said of it besides. */
export const TOKEN_MODIFIERS = ['declaration'] as const
export type TokenModifier = (typeof TOKEN_MODIFIERS)[number]
