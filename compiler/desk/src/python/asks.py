"""What a script can ask of the scheduler: the numbers of compiler/desk/src/script/protocol.rs."""
GET, TRY_GET, HAS, SEND, TRY_SEND, SLEEP, PARK, WAKE, START, EXIT, PASS, LOG, DROP, DATA, NET, POLL, PIN, END, STUCK, SERVES = range(20)
