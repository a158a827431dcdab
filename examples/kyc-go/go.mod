module kyc

go 1.24

require ringback v0.0.0

replace ringback => ./ringback
