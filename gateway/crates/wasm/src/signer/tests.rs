//! The vectors of the RFCs, and what is no key.

use super::*;

fn keys(secret: &[u8]) -> Keys {
    Keys::of(&[(SecretName::try_new("key").unwrap(), Secret::new(secret.to_vec()))])
}

fn signed(algorithm: Algorithm, secret: &[u8], message: &[u8]) -> String {
    hex(&keys(secret).sign(algorithm, "key", message).unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn hmac_gives_what_rfc_4231_and_rfc_2202_give() {
    // RFC 4231, test cases 1, 2 and 6: a key longer than a block.
    let cases: [(&[u8], &[u8], &str, &str); 3] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        ),
    ];
    for (key, message, sha256, sha512) in cases {
        assert_eq!(signed(Algorithm::HmacSha256, key, message), sha256);
        assert_eq!(signed(Algorithm::HmacSha512, key, message), sha512);
    }
    // RFC 2202, test case 2.
    let sha1 = signed(Algorithm::HmacSha1, b"Jefe", b"what do ya want for nothing?");
    assert_eq!(sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    // No key at all is a key, too.
    assert_eq!(signed(Algorithm::HmacSha1, b"", b"").len(), 40);
}

/// RFC 8032 section 7.1, tests 2 and 3: the seed, the message and the signature.
const ED25519: [(&str, &str, &str); 2] = [
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

#[test]
fn ed25519_gives_what_rfc_8032_gives_from_a_seed_or_a_pem() {
    for (seed, message, signature) in ED25519 {
        let (seed, message) = (bytes(seed), bytes(message));
        assert_eq!(signed(Algorithm::Ed25519, &seed, &message), signature);
    }
    // RFC 8410 section 10.3: a key in PEM, and its seed.
    let pem = b"\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let seed = bytes("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    assert_eq!(signed(Algorithm::Ed25519, pem, b"x"), signed(Algorithm::Ed25519, &seed, b"x"));
}

#[test]
fn what_is_no_key_is_told_without_a_byte_of_it() {
    let hush = keys(b"hush");
    assert_eq!(
        hush.sign(Algorithm::Ed25519, "key", b""),
        Err(NotSigned::WrongKey("secret `key` is no Ed25519 key: a PKCS#8 PEM or 32 bytes".into()))
    );
    assert_eq!(
        hush.sign(Algorithm::HmacSha1, "other\n", b""),
        Err(NotSigned::NoSuchSecret(r"there is no secret `other\n`, or it was not granted; granted: `key`".into()))
    );
    assert_eq!(format!("{hush:?}"), r#"["key"]"#);
}
