//! From the first administrator to the first officer, with nothing but a browser.

use access::Caller;
use store::testing::both;
use vocabulary::{Id128, Purpose};
use wire::testing::Failed;

use super::city::{City, GOOD, clock, ring};

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2b_atn_2_the_first_administrator_sets_a_password_and_issues_accounts() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let init = Caller::console("init", Some("991015".parse()?), Purpose::Operation, Id128::from_bytes([2; 16]));
        let once = city.staff.accounts.create_first_administrator(&init, "admin", "1", "admin").await?;
        let mut admin = city.browser(&ring)?;
        assert_eq!(admin.log_in("admin", once.expose()).await?.leads_to(), (303, "/password"));
        for path in ["/", "/accounts", "/residents"] {
            assert_eq!(admin.get(path).await?.leads_to(), (303, "/password"), "{path}: nothing else before");
        }
        let form = admin.get("/password").await?;
        assert!(!form.html.contains("name=\"current\""), "the one-time password is used up");
        let refusals = [
            ("short", "short", "12文字以上"),
            ("administrator-admin", "administrator-admin", "ユーザーID"),
            (GOOD, "other", "一致していません"),
        ];
        for (new, again, why) in refusals {
            let refused = admin.post("/password", &[("new", new), ("again", again)]).await?;
            assert!(refused.status == 422 && refused.words().contains(why), "{}", refused.words());
        }
        assert_eq!(admin.post("/password", &[("new", GOOD), ("again", GOOD)]).await?.leads_to(), (303, "/"));
        assert!(!admin.get("/").await?.words().contains("検索"), "an administrator looks at nobody");
        assert_eq!(admin.get("/residents").await?.status, 403);
        admin.get("/accounts").await?;
        let new = [("id", "s1001"), ("name", "Kenshin Hanako"), ("personnel", "1001"), ("role", "health_officer")];
        let issued = admin.post("/accounts", &new).await?;
        assert_eq!(issued.status, 200);
        let password = issued.html.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).ok_or("no password")?.to_owned();
        assert!(!admin.get("/accounts").await?.html.contains(&password), "it is shown once");
        for (field, value, why) in [
            ("id", "s1001", "すでに使われています"),
            ("id", "あ", "3〜32文字"),
            ("personnel", "1001", "同じ種類のアカウント"),
            ("personnel", "１", "自分のアカウントは追加できません"),
            ("role", "registry", "役割を選択"),
            ("name", " ", "氏名を入力"),
            ("name", "見本\u{202e}子花", "画面に表示されない文字"),
        ] {
            let mut wrong = [("id", "s1002"), ("name", "Mihon Taro"), ("personnel", "1002"), ("role", "auditor")];
            wrong.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = value);
            let refused = admin.post("/accounts", &wrong).await?;
            assert!(refused.status == 422 && refused.words().contains(why), "{field}: {}", refused.words());
        }
        let mut officer = city.browser(&ring)?;
        assert_eq!(officer.log_in("s1001", &password).await?.leads_to(), (303, "/password"));
        officer.get("/password").await?;
        assert_eq!(officer.post("/password", &[("new", GOOD), ("again", GOOD)]).await?.leads_to(), (303, "/"));
        assert_eq!(officer.get("/residents").await?.status, 200);
        assert_eq!(officer.get("/accounts").await?.status, 403);
        // A later change asks for the password in use.
        officer.get("/password").await?;
        let other = [("new", "yama-no-komichi-7"), ("again", "yama-no-komichi-7")];
        let wrong = officer.post("/password", &[("current", "wrong"), other[0], other[1]]).await?;
        assert!(wrong.status == 422 && wrong.words().contains("現在のパスワードが違う"));
        assert_eq!(officer.post("/password", &[("current", GOOD), other[0], other[1]]).await?.leads_to(), (303, "/"));
        // Off, at once; on again; and a new one-time password.
        admin.get("/accounts").await?;
        let asked = admin.post("/accounts/s1001/off", &[]).await?;
        assert!(asked.status == 200 && asked.words().contains("アカウント s1001 を停止しますか"), "{}", asked.words());
        assert_eq!(officer.get("/").await?.status, 200, "nothing was done yet");
        let off = admin.post("/accounts/s1001/off", &[("confirmed", "1")]).await?;
        assert!(off.status == 200 && off.words().contains("を停止しました"), "{}", off.words());
        assert_eq!(officer.get("/").await?.leads_to(), (303, "/login"));
        let on = admin.post("/accounts/s1001/on", &[]).await?;
        assert!(on.status == 200 && on.words().contains("を再開しました"), "{}", on.words());
        assert_eq!(admin.post("/accounts/s1001/password", &[]).await?.status, 200);
        for (path, status) in [("/accounts/admin/off", 422), ("/accounts/s9999/off", 422)] {
            assert_eq!(admin.post(path, &[]).await?.status, status, "{path}");
        }
        let entries = city.entries(60).await?;
        for what in [
            "admin registry:passwords.change written operation 0 ",
            "admin registry:accounts.manage written operation 0 create s1001: health_officer",
            "admin registry:accounts.manage refused operation 0 create s1001: auditor",
            "admin registry:accounts.manage written operation 0 switch off: s1001",
            "admin registry:accounts.manage refused operation 0 switch off: admin",
            "admin registry:residents.find refused consultation 0 ",
            "s1001 registry:accounts.manage refused operation 0 ",
        ] {
            assert!(entries.iter().any(|entry| entry == what), "{what:?}: {entries:#?}");
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
