// The imports of the build with threads; the other build has those of web/src/core_start.ts.
mergeInto(LibraryManager.library, {
  pd_progress: function (fraction) {
    return Module['progress'](fraction);
  },
  // Emscripten's own function warns on a page's thread. The core blocks that thread for moments only: until the other
  // threads have finished the last rows of a loop.
  emscripten_check_blocking_allowed: function () {},
});
