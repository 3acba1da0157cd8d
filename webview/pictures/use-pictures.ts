import { useEffect, useState } from 'react'
import type { Picture } from '../../src/core/diagram/picture.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import { drawingAsSvg } from '../../src/core/diagram/svg.js'
import type { ToDesigner } from '../../src/protocol/designer.js'
import type { PictureFormat } from '../../src/protocol/pictures.js'
import type { Host } from '../host.js'
import { pngOf } from './raster.js'

type Asked = Extract<ToDesigner, { readonly kind: 'picture' }>

interface Shown {
  readonly scene: Scene
  readonly picture: Picture
  /** Everything stands where it is going to stay. */
  readonly settled: boolean
}

/** Makes pictures for the extension, of what stands on this canvas. */
export function usePictures(host: Host, { scene, picture, settled }: Shown): void {
  const [asked, setAsked] = useState<readonly Asked[]>([])
  useEffect(
    () =>
      host.listen((message) => {
        if (message.kind === 'picture') setAsked((before) => [...before, message])
      }),
    [host],
  )
  useEffect(() => {
    if (!settled || asked.length === 0) return
    setAsked([])
    for (const { request, format } of asked) {
      contentOf(scene, picture, format).then(
        (content) => {
          host.send({ kind: 'picture-made', request, content })
        },
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error)
          host.send({ kind: 'picture-failed', request, reason })
        },
      )
    }
  }, [host, asked, scene, picture, settled])
}

async function contentOf(scene: Scene, picture: Picture, format: PictureFormat): Promise<string> {
  const svg = drawingAsSvg(scene, picture, { theme: format.theme, findings: true })
  return format.kind === 'svg' ? svg : pngOf(svg, format.scale)
}
