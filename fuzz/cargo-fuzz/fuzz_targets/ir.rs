#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    oakc_fuzz::ir(input);
});
