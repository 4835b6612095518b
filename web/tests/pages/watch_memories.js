// Runs before any other script of a page or worker: collects every WebAssembly memory in the global `memories`.
{
  const seen = new Set();
  const { Memory, instantiate } = WebAssembly;
  const watched = function (descriptor) {
    const memory = new Memory(descriptor);
    seen.add(memory);
    return memory;
  };
  watched.prototype = Memory.prototype;
  WebAssembly.Memory = watched;
  WebAssembly.instantiate = async (source, imports) => {
    const result = await instantiate(source, imports);
    for (const value of Object.values((result.instance ?? result).exports))
      if (value instanceof Memory) seen.add(value);
    return result;
  };
  globalThis.memories = seen;
}
