/** Style sheets are bundled into one of their own (scripts/build.mjs). */
declare module '*.css'
