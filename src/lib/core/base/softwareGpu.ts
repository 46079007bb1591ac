const names = /swiftshader|llvmpipe|lavapipe|softpipe|software|warp|microsoft basic render/i;

/** Whether a renderer of this name is the processor that plays the graphics processor, and slower than plain code on it. */
export function isSoftwareGpu(name: string): boolean {
  return names.test(name);
}
