//! The words of the list of records.

face::words! {
    pub(super) const;
    TITLE = "検診結果の一覧", "Records";
    LEAD = "取り込んだ結果と入力した結果の一覧です。一覧の閲覧と書き出しは、表示された人とともに記録されます。", "What was imported and entered. Looking at the list and exporting it is recorded, with everybody in it.";
    ALL = "すべて", "All";
    ID = "記録ID", "Record";
    CORRECT = "訂正する（{id}）", "Correct {id}";
    RESIDENT = "住民番号", "Resident number";
    NAME = "氏名", "Name";
    RECORD = "記録の種類", "Kind of record";
    YEAR = "年度", "Fiscal year";
    VERSION = "版", "Version";
    SOURCE = "取込元", "From";
    FROM_FILE = "ファイルから", "a file";
    FROM_HUB = "PMHから", "the hub";
    FROM_FORM = "画面入力", "a form";
}
