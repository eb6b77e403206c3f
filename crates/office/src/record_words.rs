//! What stands in the record of use and in the list of messages, in the words of an officer: one table a system, beside the one of the floors that
//! every system stands on. What is stored is English and one form for ever; a page in Japanese tells it in Japanese.

use face::{Language, Words};
use vocabulary::{Party, PartyPlace};

use crate::Office;

/// The words of a system's record of use, and of the messages that it sends; made by [`record_words!`](crate::record_words!).
#[derive(Clone, Copy, Debug)]
pub struct RecordWords {
    /// Of acts that are no action: what the system does by itself.
    pub acts: &'static [(&'static str, Words)],
    /// Of the kinds of its messages.
    pub messages: &'static [(&'static str, Words)],
    /// Of remarks. English is as it is stored, with `{}` for what differs; in Japanese that is `{0}`, `{1}` and so on, in any order.
    pub remarks: &'static [Words],
}

/// A table of the words of a system's record of use.
#[macro_export]
macro_rules! record_words {
    (
        acts { $($act:literal = $act_ja:literal, $act_en:literal;)* }
        messages { $($kind:literal = $kind_ja:literal, $kind_en:literal;)* }
        remarks { $($remark:literal = $remark_ja:literal;)* }
    ) => {
        $crate::RecordWords {
            acts: &[$(($act, ::face::Words::new($act_ja, $act_en))),*],
            messages: &[$(($kind, ::face::Words::new($kind_ja, $kind_en))),*],
            remarks: &[$(::face::Words::new($remark_ja, $remark)),*],
        }
    };
}

/// Of the floors below: the office itself, jobs, the outbox, the record, and the command line.
pub(crate) const SHARED: RecordWords = record_words! {
    acts {
        "backup:rooms.copy" = "バックアップ", "Backup";
        "backup:rooms.restore" = "バックアップからの復元", "Restoring from a backup";
        "backup:rooms.drill" = "復元の訓練", "Drill of restoring";
        "ledger:entries.find" = "利用の記録の検索", "Search of the record of use";
        "ledger:people.erase" = "利用の記録の対象者一覧の消去", "Erasure of a list of people in the record of use";
        "ledger:checkpoint.cosign" = "他の団体の利用の記録への立会い", "Witnessing another's record of use";
        "ledger:witness.forget" = "立会いの記憶の消去", "Forgetting what was witnessed of another's record of use";
        "outbox:messages.read" = "送信待ちの一覧（コマンド）", "List of what is to be sent, on the command line";
        "outbox:messages.people" = "送信の対象者の確認", "Look at whom a message concerns";
        "vault:keys.read" = "鍵の一覧の確認（コマンド）", "Look at the keys, on the command line";
        "vault:keys.rotate" = "鍵の更新", "A new key";
        "vault:keys.shred" = "鍵の破棄", "Destruction of a key";
        "outbox:messages.retry" = "再送", "Sending again";
        "outbox:messages.drop" = "送信の破棄", "Giving a message up";
    }
    messages {}
    remarks {
        "list" = "一覧の表示";
        "backup begun" = "バックアップの開始";
        "backup made: SHA-256 {}" = "バックアップの作成：SHA-256 {0}";
        "restored from the backup of {}" = "{0}のバックアップから復元";
        "drill of the backup of {}: whole" = "{0}のバックアップの復元の訓練：正常";
        "drill of a backup: not whole" = "バックアップの復元の訓練：異常";
        "export: {} entries" = "書き出し：記録{0}件";
        "export: {} jobs" = "書き出し：処理{0}件";
        "export: {} messages" = "書き出し：送信{0}件";
        "export: {} accounts" = "書き出し：アカウント{0}件";
        "session {}" = "ログイン番号 {0}";
        "session of {} expired" = "{0}のログインが時間切れで終了";
        "locked session of {}" = "{0}の画面ロック中のログインを終了";
        "sizes: {}" = "{0}：連署の依頼の件数の誤り";
        "untrusted: {}" = "{0}：登録した鍵の署名がないチェックポイント";
        "unproven: {}" = "{0}：前に連署したチェックポイントから続いていない記録";
        "unknown-log" = "登録していない記録";
        "{}: {}" = "{0}：{1}";
        "{} more" = "ほかに{0}回";
        "{} more: {}" = "ほかに{0}回：{1}";
        "not compared" = "パスワードの照合に至らず";
        "no account" = "該当するアカウントなし";
        "credentials" = "IDまたはパスワードの誤り";
        "locked" = "誤入力が続いたための一時停止";
        "closed" = "停止中または有効期間外のアカウント";
        "one-time password lapsed" = "初期パスワードの期限切れ";
        "no session" = "ログインなし";
        "create {}: {}" = "アカウントの発行：{0}（{1}）";
        "reissue password" = "パスワードの再発行";
        "reissue {}" = "パスワードの再発行：{0}";
        "switch off" = "アカウントの停止";
        "switch on" = "アカウントの再開";
        "first administrator" = "最初の管理者の登録";
        "staff {}" = "職員 {0}";
        "system {}" = "システム {0}";
        "job {}" = "処理 {0}";
        "job {}: {}" = "処理 {0}：{1}";
        "job {}: {}, of {}" = "処理 {0}：{1}（{2}）";
        "job {}: file {}" = "処理 {0}：ファイル{1}";
        "job {}: file {}, for: {}" = "処理 {0}：ファイル{1}、理由：{2}";
        "cancelled" = "取消し";
        "resumed" = "再開";
        "approved" = "承認";
        "{} to {}" = "{0}を{1}へ送信";
        "signing key {}: {}" = "署名鍵 {0}：{1}";
        "{} {} taken by {}" = "{1}{0}件を{2}が受付け";
        "{} {} refused by {}" = "{1}{0}件を{2}が拒否";
    }
};

impl Office {
    /// What an act of the record of use is called; none where nobody has named it.
    pub(crate) fn action_word(&self, language: Language, name: &str) -> Option<&'static str> {
        if let Some(action) = self.named_action(name) {
            let (japanese, english) = action.words();
            return Some(if language == Language::Japanese { japanese } else { english }).filter(|word| !word.is_empty());
        }
        of(&[self.system.record.acts, SHARED.acts], name).map(|words| words.of(language))
    }

    /// What a kind of message is called: its words, or its name.
    pub(crate) fn message_word(&self, language: Language, kind: &str) -> String {
        of(&[self.system.record.messages], kind).map_or(kind, |words| words.of(language)).to_owned()
    }

    /// A remark of the record of use, as a reader of a language understands it. What somebody typed, and what nobody has put into words, is as it is.
    pub(crate) fn remark(&self, language: Language, remark: &str) -> String {
        if language == Language::English {
            return remark.to_owned();
        }
        let all = self.system.record.remarks.iter().chain(SHARED.remarks);
        let told = all.filter_map(|words| Some((words, captured(words.en, remark)?)));
        // The one that says most of it.
        let Some((words, differing)) = told.max_by_key(|(words, differing)| words.en.len() - 2 * differing.len()) else {
            return remark.to_owned();
        };
        // A sum of what was refused is a list of remarks.
        let is_sum = words.en.starts_with("{} more: ");
        let told = |part: &str| match is_sum {
            true => part.split(", ").map(|one| self.remark(language, one)).collect::<Vec<_>>().join("、"),
            false => self.part_of_remark(part),
        };
        let fill = |text: String, (place, part): (usize, &&str)| text.replace(&format!("{{{place}}}"), &told(part));
        differing.iter().enumerate().fold(words.ja.to_owned(), fill)
    }

    /// What differs in a remark, where it is a word of ours.
    fn part_of_remark(&self, part: &str) -> String {
        let language = Language::Japanese;
        let remarks = self.system.record.remarks.iter().chain(SHARED.remarks);
        let alone = remarks.into_iter().find(|words| words.en == part).map(|words| words.ja.to_owned());
        let role = || access::Role::named(part).map(|role| role.japanese.to_owned());
        let kind = || self.system.work.kind(part).map(|words| words.name.of(language).to_owned());
        let message = || of(&[self.system.record.messages], part).map(|words| words.of(language).to_owned());
        let party = || part.parse().ok().map(|party| party_word(language, &party));
        alone.or_else(role).or_else(kind).or_else(message).or_else(party).unwrap_or_else(|| part.to_owned())
    }
}

/// What a party is called: its system, and whose it is.
pub(crate) fn party_word(language: Language, party: &Party) -> String {
    let system = party.kind();
    let name = if language == Language::Japanese { system.japanese } else { system.english };
    match party.place() {
        PartyPlace::National => name.to_owned(),
        PartyPlace::Municipality(code) => format!("{name} {code}"),
        PartyPlace::Institution(code) => format!("{name} {code}"),
    }
}

fn of(tables: &[&'static [(&'static str, Words)]], name: &str) -> Option<Words> {
    tables.iter().copied().flatten().find(|(one, _)| *one == name).map(|(_, words)| *words)
}

/// What stands in a text where a pattern has `{}`; none when it is not of that pattern.
fn captured<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty().then(Vec::new) };
    let mut found = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        let (differing, after) = rest.split_once(part)?;
        found.push(differing);
        rest = after;
    }
    found.push(rest.strip_suffix(last)?);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::words::unnamed;

    #[test]
    fn a_remark_is_taken_apart_by_its_pattern() {
        assert_eq!(captured("job {}: file {}", "job 01ab: file vouchers.csv"), Some(vec!["01ab", "vouchers.csv"]));
        assert_eq!(captured("{} letters", "12 letters"), Some(vec!["12"]));
        assert_eq!(captured("list", "list"), Some(Vec::new()));
        assert_eq!(captured("list", "lists"), None);
        assert_eq!(captured("{} letters", "12 records"), None);
    }

    #[test]
    fn everything_that_the_shared_floors_write_into_the_record_of_use_has_japanese_words() {
        let crates = ["office", "work", "ledger", "wire", "access", "kenshin"];
        assert_eq!(unnamed(&crates, &SHARED, &[]), Vec::<String>::new());
    }
}
