from oakc_capture.main import main

main()
