//! The words of the pages about accounts.

face::words! {
    pub(super) const;
    TITLE = "アカウント", "Accounts";
    LEAD = "職員一人に一つ発行します。共用のアカウントは作れません。", "One for each member of staff. Accounts are not shared.";
    ALL = "アカウントの一覧", "All accounts";
    EVERYBODY = "すべて", "All";
    NEW = "アカウントの発行", "Issue an account";
    NEW_LEAD = "発行すると、一度だけ使える初期パスワードが表示されます。", "A password that can be used once is shown when it is issued.";
    ID = "ユーザーID", "User ID";
    ID_HINT = "半角の英小文字、数字、「-」「_」「.」で3〜32文字。一度使ったIDは再利用できません。", "3 to 32 of a-z, 0-9, '-', '_' and '.'. An ID is never used again.";
    ID_WRONG = "半角の英小文字、数字、「-」「_」「.」の3〜32文字で入力してください。", "Enter 3 to 32 of a-z, 0-9, '-', '_' and '.'.";
    ID_TAKEN = "このIDはすでに使われています。", "This ID is taken.";
    NAME = "氏名", "Name";
    NAME_MISSING = "氏名を入力してください。", "Enter the person's name.";
    UNSEEN = "氏名または職員番号に、画面に表示されない文字が含まれています。入力し直してください。", "The name or the personnel number holds a character that is not seen: enter it again.";
    PERSONNEL = "職員番号", "Personnel number";
    PERSONNEL_HINT = "同じ職員番号に、通常の業務用と管理者用を一つずつ発行できます。", "One everyday account and one administrator's for each number.";
    PERSONNEL_MISSING = "職員番号を入力してください。", "Enter the personnel number.";
    PERSON_TAKEN = "この職員には同じ種類のアカウントがあります。", "This person already has an account of this sort.";
    PERSON_SELF = "自分のアカウントは追加できません。ほかの管理者に依頼してください。", "Nobody makes further accounts for themselves: ask another administrator.";
    ROLE = "役割", "Role";
    ROLE_HINT = "管理者は住民の情報を見ることができません。", "An administrator cannot look at residents.";
    ROLE_MISSING = "役割を選択してください。", "Choose a role.";
    STATE = "状態", "State";
    DO = "操作", "What to do";
    USABLE = "有効", "In use";
    NOT_USABLE = "停止中", "Off";
    YOURSELF = "あなたのアカウント", "your own";
    REISSUE = "パスワード再発行", "New password";
    SWITCH_OFF = "停止する", "Switch off";
    SWITCH_OFF_ASKED = "{name}さんのアカウント {id} を停止しますか", "Switch off the account {id} of {name}?";
    SWITCH_OFF_BODY = "停止すると、この人はログインできなくなります。いまログインしている場合は、作業の途中でも直ちに終了します。後で再開できます。", "The person can no longer log in, and if they are at work they are logged out at once. It can be switched on again.";
    SWITCH_OFF_NOW = "停止する（確認しました）", "Switch it off";
    LEAVE_ON = "停止しない", "Leave it on";
    SWITCHED_OFF = "{name}さんのアカウント {id} を停止しました。", "The account {id} of {name} is off.";
    SWITCHED_ON = "{name}さんのアカウント {id} を再開しました。", "The account {id} of {name} is on again.";
    SWITCH_ON = "再開する", "Switch on";
    CREATE = "発行する", "Issue";
    PASSWORD_OF = "{id} の初期パスワード", "One-time password of {id}";
    PASSWORD_ONCE = "この画面を閉じると二度と表示されません。本人に直接渡してください。最初のログインで変更します。", "It is never shown again. Hand it to the person directly; it is changed at the first log-in.";
    OWN_ACCOUNT = "自分のアカウントは変更できません。ほかの管理者に依頼してください。", "Nobody changes their own accounts: ask another administrator.";
    NO_SUCH_ACCOUNT = "このアカウントはありません。", "There is no such account.";
}
