FPS = 7
