export * from '../../src/lab/kernel-run/observed-frames.js'
