/* The library of Windows that Rust's hash maps take random numbers from, for a wine that does not have it yet. It needs
   no C library, which zig would have to compile first. */
__declspec(dllimport) unsigned char SystemFunction036(void *data, unsigned long size);

__declspec(dllexport) int ProcessPrng(unsigned char *data, unsigned long long size)
{
    return SystemFunction036(data, (unsigned long)size);
}

int DllMainCRTStartup(void *library, unsigned long reason, void *reserved)
{
    return 1;
}
