// What the build with threads asks JavaScript for; the other build gets it straight from web/src/core_start.ts.
mergeInto(LibraryManager.library, {
  pd_progress: function (fraction) {
    return Module['progress'](fraction);
  },
  // Emscripten's own complains on a page's thread. Ours waits there for moments only: the last rows of a loop that it
  // has done its share of.
  emscripten_check_blocking_allowed: function () {},
});
