//! Letters of other scripts in Latin ones, as user names are written.

/// Each letter with its transcription behind it, in the order of code points. What has none is not listed.
const TRANSCRIPTIONS: &str = "ΆA ΈE ΉI ΊI ΌO ΎY ΏO ΐi ΑA ΒB ΓG ΔD ΕE ΖZ ΗI ΘTH ΙI ΚK ΛL ΜM ΝN ΞKS ΟO ΠP ΡR ΣS ΤT ΥY ΦF ΧX ΨPS ΩO ΪI ΫY άa έe \
    ήi ίi ΰy αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξks οo πp ρr ςs σs τt υy φf χx ψps ωo ϊi ϋy όo ύy ώo ЁYo АA БB \
    ВV ГG ДD ЕE ЖZh ЗZ ИI ЙY КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХKh ЦTs ЧCh ШSh ЩSch ЫY ЭE ЮYu ЯYa аa бb вv гg дd еe \
    жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щsch ыy эe юyu яya ёyo ԱA ԲB ԳG ԴD ԵYe ԶZ ԷE ԸY ԹT \
    ԺZh ԻI ԼL ԽKh ԾTs ԿK ՀH ՁDz ՂGh ՃTch ՄM ՅY ՆN ՇSh ՈVo ՉCh ՊP ՋJ ՌR ՍS ՎV ՏT ՐR ՑC ՓP ՔQ ՕO ՖF աa բb գg դd եye զz \
    էe ըy թt ժzh իi լl խkh ծts կk հh ձdz ղgh ճtch մm յy նn շsh ոvo չch պp ջj ռr սs վv տt րr ցc փp քq օo ֆf ևyev \
    \u{5d0}a \u{5d1}b \u{5d2}g \u{5d3}d \u{5d4}h \u{5d5}v \u{5d6}z \u{5d7}ch \u{5d8}t \u{5d9}y \u{5da}kh \u{5db}k \
    \u{5dc}l \u{5dd}m \u{5de}m \u{5df}n \u{5e0}n \u{5e1}s \u{5e2}a \u{5e3}ph \u{5e4}f \u{5e5}ts \u{5e6}ts \u{5e7}k \
    \u{5e8}r \u{5e9}sh \u{5ea}t \u{621}e \u{622}a \u{623}a \u{624}w \u{625}i \u{626}y \u{627}a \u{628}b \u{629}t \
    \u{62a}t \u{62b}th \u{62c}j \u{62d}h \u{62e}kh \u{62f}d \u{630}dh \u{631}r \u{632}z \u{633}s \u{634}sh \u{635}s \
    \u{636}d \u{637}t \u{638}z \u{639}e \u{63a}gh \u{640}_ \u{641}f \u{642}q \u{643}k \u{644}l \u{645}m \u{646}n \
    \u{647}h \u{648}w \u{649}a \u{64a}y \u{64f}u \u{67e}p \u{686}ch \u{698}zh \u{6a9}k \u{6af}g \u{6cc}y";

/// The transcription of a letter.
pub(super) fn transcription(letter: char) -> Option<&'static str> {
    if letter.is_ascii() {
        return None;
    }
    TRANSCRIPTIONS.split(' ').find_map(|pair| pair.strip_prefix(letter))
}

#[cfg(test)]
mod tests {
    use super::transcription;

    #[test]
    fn letters_are_found_in_several_scripts() {
        let found = ['Ж', 'ξ', 'ש', 'a', 'é'].map(transcription);
        assert_eq!(found, [Some("Zh"), Some("ks"), Some("sh"), None, None]);
    }
}
