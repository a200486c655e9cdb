//! Secrets that were filled into the text of a script do not leave the camera in its tracebacks.

use super::*;

#[test]
fn a_traceback_has_stars_where_a_secret_stands() {
    if interpreter().is_none() {
        return;
    }
    let receiver = Receiver::new();
    let script =
        "def login(user, password):\n    raise ValueError(user)\n\nlogin('öak', '${password}')\n";
    let sections = format!(
        "[params]\npassword = {{ secret = true, value = \"correct-horse\" }}\n[logging]\nudp = \"127.0.0.1:{}\"\n",
        receiver.port
    );
    let text = template(script, &sections);
    assert!(text.contains("correct-horse"), "{text}");
    let outcome = run(&text, Processor::Css, Duration::from_mins(1));
    assert_eq!(outcome.raised.unwrap().class, "ValueError");
    let messages = receiver.all();
    let [_, exception] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert_eq!(
        exception.text,
        "Traceback (most recent call last):\n  File \"s.py\", line 4, in <module>\n    login('öak', '***')\n  File \"s.py\", \
         line 2, in login\n    raise ValueError(user)\nValueError: öak"
    );
}
