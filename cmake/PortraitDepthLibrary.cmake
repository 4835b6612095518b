# The library that users link: the objects of every module (see PortraitDepthModule.cmake).
