//! The words of the list of people with characters that nobody has named.

face::words! {
    pub(super) const;
    TITLE = "外字の確認", "Characters without a name";
    LEAD = "氏名・住所に、市の外字ファイル（gaiji.csv）にない文字や、画面に表示されない文字がある人です。文字を登録し、次の住民情報が届くまで、郵便とPMHへの登録は止まります。", "People whose name or address holds a character that the city's gaiji.csv does not have, or one that is not seen. Nothing is sent to them until it is there and the register tells of them again.";
    LIST = "外字のある人", "People";
    NUMBER = "住民番号", "Resident number";
    NAME = "氏名", "Name";
    WHERE = "場所", "Where";
    CODES = "文字コード", "Codes";
    IN_NAME = "氏名", "name";
    IN_KANA = "氏名カナ", "kana";
    IN_ADDRESS = "住所", "address";
    IN_BUILDING = "方書", "building";
}
