module ringback

go 1.24
