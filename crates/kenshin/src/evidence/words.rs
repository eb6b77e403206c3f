//! The words of the page, in both languages.

face::words! {
    pub(super) const;
    TITLE = "特定個人情報保護評価書の立証状況", "What proves the privacy impact assessment";
    LEAD = "評価書の各文について、対応する管理策、それを立証する試験・点検・記録、最後に立証された日を示します。", "For each sentence of the assessment: the control, the tests, checks and records that prove it, and the day on which it was last proven.";
    RUN = "試験の実施対象：コミット {commit}、データベース {databases}。この中にない試験は未実施として扱います。", "The tests were run on commit {commit} and {databases}. A test that is not among them counts as not run.";
    NO_RUN = "試験の実施結果は指定されていません。試験の日付は、管理策を最後に評価した日です。", "No results of a run were given: a test has the day on which its control was last judged.";
    AT_A_GLANCE = "状況", "At a glance";
    UNIT = "件", "controls";
    OF = "全{all}件中", "of {all}";
    STATES = "状態の意味", "What the states mean";
    PROVEN = "管理策が求める試験を、求める数値で実施しています。日付は、証拠のうち最も古い日です。無作為の試行に代えて全ての場合を試したものは、各行に明記します。", "Tests do what the control asks, at its figure. The date is the earliest of its evidence. Where all there is was tried instead of draws at random, the line says so.";
    PARTLY = "一部だけを立証しています。不足を各行に示します。", "Some of it is proven; each line says what is missing.";
    ABSENT = "まだ立証していません。", "Nothing of it is proven yet.";
    HUMAN = "研修・点検・契約など、人が行う対策です。記録する台帳は未整備です。", "What people do: training, inspection, contracts. The registers that will hold it are not there yet.";
    CHAPTER = "評価書 {chapter}", "Assessment {chapter}";
    CONTROL = "管理策", "Control";
    SENTENCE = "評価書の文言", "The assessment's words";
    STATE = "状態", "State";
    DATE = "立証日", "Last proven";
    EVIDENCE = "証拠", "Evidence";
    EVIDENCE_OF = "証拠 {count}件", "{count} pieces of evidence";
    ASKS = "求めること", "Asks";
    FIGURE = "試験と数値", "Test and figure";
    INSTEAD = "代わりの試験", "Tried instead";
    MISSING = "不足", "Missing";
    REGISTER = "台帳", "Register";
    TEST = "試験", "Test";
    CHECK = "点検", "Check";
    RECORD = "記録", "Record";
    FAILED = "不合格", "failed";
    NOT_RUN = "未実施", "not run";
}
