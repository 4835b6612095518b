// The types of tensors, for projects with and without TensorFlow.js' types.

/** The members of a TensorFlow.js tensor that this package uses. TensorFlow.js' own types are assignable to it. */
export interface AnyTensor {
  readonly shape: number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

// A project without TensorFlow.js cannot resolve the imports: there, TypeScript ignores the error and reads `any`.
/** @ts-ignore */
type ImportedTensor2D = import('@tensorflow/tfjs-core').Tensor2D;
/** @ts-ignore */
type ImportedTensor3D = import('@tensorflow/tfjs-core').Tensor3D;

// In a tuple, because a condition on the unresolved type itself is unresolved too.
type UnlessAny<Imported> = [unknown] extends [Imported] ? AnyTensor : Imported;

/** TensorFlow.js' own `Tensor2D` in a project with its types, else AnyTensor. */
export type Tensor2D = UnlessAny<ImportedTensor2D>;
/** TensorFlow.js' own `Tensor3D` in a project with its types, else AnyTensor. */
export type Tensor3D = UnlessAny<ImportedTensor3D>;
