import { isSoftwareGpu } from '../../core/base/softwareGpu';

export interface GpuFinding {
  usable: boolean;
  /** Drawn by the processor: SwiftShader, llvmpipe, WARP. */
  software?: boolean;
  name?: string;
}

/** What graphics processor a page or worker would get, and whether it is one at all. */
export async function findGpu(kind: 'webgpu' | 'webgl'): Promise<GpuFinding> {
  try {
    const found = kind === 'webgpu' ? await webgpuName() : webglName();
    if (!found) return { usable: false };
    return { usable: true, software: found.fallback || isSoftwareGpu(found.name), name: found.name };
  } catch {
    return { usable: false };
  }
}

interface AdapterLike {
  isFallbackAdapter?: boolean;
  info?: { vendor?: string; architecture?: string; description?: string; device?: string; isFallbackAdapter?: boolean };
}

async function webgpuName(): Promise<{ name: string; fallback: boolean } | undefined> {
  const gpu = (navigator as { gpu?: { requestAdapter(options?: object): Promise<AdapterLike | null> } }).gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info ?? {};
  return {
    name: [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter',
    fallback: adapter.isFallbackAdapter === true || adapter.info?.isFallbackAdapter === true,
  };
}

function webglName(): { name: string; fallback: boolean } | undefined {
  if (typeof OffscreenCanvas === 'undefined') return undefined;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return undefined;
  const named = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { name, fallback: false };
}
