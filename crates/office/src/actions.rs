//! What every office can do: the actions, under each system's name, and who may do them.

use access::Action;

/// The actions of one system's office; `office::actions!("relay")` makes them.
#[derive(Clone, Copy, Debug)]
pub struct Actions {
    /// Stylesheet and mark.
    pub asset: Action,
    /// Logging in.
    pub log_in: Action,
    /// Logging out.
    pub log_out: Action,
    /// Going on with a session that was locked.
    pub unlock: Action,
    /// Changing one's own password.
    pub password: Action,
    /// The home page.
    pub home: Action,
    /// Making accounts and switching them off.
    pub accounts: Action,
    /// Looking at the record of use.
    pub uses: Action,
    /// Looking at jobs.
    pub jobs: Action,
    /// Cancelling, resuming and approving jobs.
    pub manage_jobs: Action,
    /// Asking for work; each kind of it has an action of its own besides.
    pub start_jobs: Action,
    /// Taking what a job wrote.
    pub job_files: Action,
    /// Looking at what is to be sent, and what could not be.
    pub messages: Action,
    /// Sending it again, or giving it up.
    pub manage_messages: Action,
}

impl Actions {
    /// All of them, for the system's list.
    pub const fn all(&self) -> [Action; 14] {
        [
            self.asset,
            self.log_in,
            self.log_out,
            self.unlock,
            self.password,
            self.home,
            self.accounts,
            self.uses,
            self.jobs,
            self.manage_jobs,
            self.start_jobs,
            self.job_files,
            self.messages,
            self.manage_messages,
        ]
    }
}

/// The [`Actions`] of a system.
#[macro_export]
macro_rules! actions {
    ($system:literal) => {
        $crate::Actions {
            asset: $crate::Action::plain(concat!($system, ":pages.read")).called("画面部品", "Parts of the pages"),
            log_in: $crate::Action::plain(concat!($system, ":sessions.open")).called("ログイン", "Log-in"),
            log_out: $crate::Action::plain(concat!($system, ":sessions.end")).called("ログアウト", "Log-out"),
            unlock: $crate::Action::plain(concat!($system, ":sessions.unlock")).called("画面ロックの解除", "Unlocking of the screen"),
            password: $crate::Action::plain(concat!($system, ":passwords.change")).called("パスワードの変更", "Change of a password"),
            home: $crate::Action::plain(concat!($system, ":home.read")).called("ホームの表示", "Home page"),
            accounts: $crate::Action::personal(concat!($system, ":accounts.manage")).called("アカウントの管理", "Management of accounts"),
            uses: $crate::Action::personal(concat!($system, ":entries.read")).for_purpose($crate::Purpose::Audit).called("利用の記録の閲覧", "Look at the record of use"),
            jobs: $crate::Action::personal(concat!($system, ":job-pages.read")).called("処理状況の確認", "Look at jobs"),
            manage_jobs: $crate::Action::personal(concat!($system, ":job-pages.change")).called("処理の取消し・再開・承認", "Cancel, resume or approve a job"),
            start_jobs: $crate::Action::personal(concat!($system, ":job-pages.start")).called("作業の開始", "Start work"),
            job_files: $crate::Action::personal(concat!($system, ":job-pages.take")).called("処理が作成したファイルの取得", "Take what a job wrote"),
            messages: $crate::Action::personal(concat!($system, ":message-pages.read")).called("送信状況の確認", "Look at what is to be sent"),
            manage_messages: $crate::Action::personal(concat!($system, ":message-pages.change")).called("再送・送信の取消し", "Send again or give up"),
        }
    };
}

/// The policies of a system's office, to stand behind its own: `text: concat!(include_str!("../policies.cedar"), office::policies!("relay"))`.
#[macro_export]
macro_rules! policies {
    ($system:literal) => {
        concat!(
            "\n// 職員画面. Logging in and out is open to whoever has a browser; everything else needs a session, whose account has roles.\n",
            "@id(\"doors-of-the-pages\")\n",
            "permit (principal is Visitor, action in [Action::\"", $system, ":pages.read\", Action::\"", $system, ":sessions.open\", ",
            "Action::\"", $system, ":sessions.end\", Action::\"", $system, ":sessions.unlock\"], resource);\n",
            "// A session with a one-time password has no role, and can do this alone.\n",
            "@id(\"own-password\")\n",
            "permit (principal is Staff, action in [Action::\"", $system, ":passwords.change\", Action::\"", $system, ":home.read\"], resource);\n",
            "@id(\"accounts-of-administrators\")\n",
            "permit (principal in Role::\"administrator\", action == Action::\"", $system, ":accounts.manage\", resource);\n",
            "// Long work is for whoever asks for it; what goes to other systems is for who links the city to them.\n",
            "@id(\"jobs-of-officers\")\n",
            "permit (principal is Staff, action in [Action::\"",
            $system,
            ":job-pages.read\", Action::\"",
            $system,
            ":job-pages.change\", Action::\"",
            $system,
            ":job-pages.start\", Action::\"",
            $system,
            ":job-pages.take\"], resource)\n",
            "when { principal in Role::\"health_officer\" || principal in Role::\"linkage_officer\" };\n",
            "// The operator does the same at the command line (`kenshin jobs`).\n",
            "@id(\"jobs-of-operators\")\n",
            "permit (principal in Role::\"operator\", action in [Action::\"",
            $system,
            ":job-pages.read\", Action::\"",
            $system,
            ":job-pages.change\", Action::\"",
            $system,
            ":job-pages.start\", Action::\"",
            $system,
            ":job-pages.take\"], resource);\n",
            "@id(\"messages-of-linkage-officers\")\n",
            "permit (principal in Role::\"linkage_officer\", action in [Action::\"",
            $system,
            ":message-pages.read\", Action::\"",
            $system,
            ":message-pages.change\"], resource);\n",
            "@id(\"record-of-use-for-auditors\")\n",
            "permit (principal in Role::\"auditor\", action == Action::\"", $system, ":entries.read\", resource)\n",
            "when { context.purpose == Purpose::\"audit\" };\n",
        )
    };
}
