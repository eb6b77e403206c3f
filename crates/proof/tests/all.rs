//! T-13b: the shipped policies keep every theorem, and policies that do not are found out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use access::{Action, PolicyTexts};
use proof::{THEOREMS, prove};

fn shipped() -> (PolicyTexts, Vec<Action>) {
    let systems = deployment::systems::all();
    let actions = systems.iter().flat_map(|system| system.actions.iter().copied().flatten().copied()).collect();
    (PolicyTexts::of(&systems).unwrap(), actions)
}

#[tokio::test]
async fn t_13b_every_theorem_is_proved_of_the_policies_that_are_shipped() {
    let (texts, actions) = shipped();
    let proof = prove(&texts, &actions, THEOREMS).await.unwrap();
    let refuted: Vec<String> = proof.refuted.iter().map(ToString::to_string).collect();
    assert!(refuted.is_empty(), "{refuted:#?}");
    assert_eq!(proof.kinds_of_request, actions.len() * 6, "each kind of caller for each action");
    for theorem in THEOREMS {
        println!("proved of {} kinds of request: {}: {}", proof.kinds_of_request, theorem.name, theorem.says);
    }
}

/// The base policy of this name is taken away; every other stands.
fn without(texts: &PolicyTexts, id: &str) -> PolicyTexts {
    let (before, rest) = texts.policies.split_once(&format!("@id(\"{id}\")")).unwrap();
    let (_, after) = rest.split_once(';').unwrap();
    PolicyTexts { policies: format!("{before}{after}"), ..texts.clone() }
}

/// A policy more.
fn with(texts: &PolicyTexts, policy: &str) -> PolicyTexts {
    PolicyTexts { policies: format!("{}\n{policy}", texts.policies), ..texts.clone() }
}

#[tokio::test]
async fn t_13b_each_theorem_is_refuted_by_policies_that_break_it() {
    let (texts, _) = shipped();
    let any = |action: &str| format!("permit (principal, action == Action::\"{action}\", resource);");
    let read = "registry:residents.read";
    let numbers = "registry:residents.number";
    let for_administrators = format!("permit (principal in Role::\"administrator\", action == Action::\"{read}\", resource);");
    let bad = [
        ("own municipality", without(&texts, "another-municipality"), read),
        ("own municipality", with(&without(&texts, "no-municipality"), &any(read)), read),
        ("individual numbers", with(&without(&texts, "number-zone"), &any(numbers)), numbers),
        ("individual numbers", with(&without(&texts, "number-zone-systems"), &any(numbers)), numbers),
        ("individual numbers", with(&without(&texts, "number-zone-staff"), &any(numbers)), numbers),
        ("visitors", with(&without(&texts, "not-logged-in"), &any(read)), read),
        ("residents", with(&without(&texts, "resident-purpose"), &any(read)), read),
        ("facilities", with(&without(&texts, "facility-purpose"), &any(read)), read),
        ("accounts", with(&texts, &any("registry:accounts.manage")), "registry:accounts.manage"),
        ("administrators", with(&texts, &for_administrators), read),
    ];
    for (theorem, texts, action) in bad {
        let refuted = refuted_of(&texts, action).await;
        assert!(refuted.contains(&theorem), "{theorem} is not refuted: {refuted:?}");
    }
}

/// The theorems that are refuted of one action.
async fn refuted_of(texts: &PolicyTexts, action: &str) -> Vec<&'static str> {
    let (_, actions) = shipped();
    let one: Vec<Action> = actions.into_iter().filter(|one| one.name() == action).collect();
    assert_eq!(one.len(), 1, "{action}");
    prove(texts, &one, THEOREMS).await.unwrap().refuted.into_iter().map(|refuted| refuted.theorem).collect()
}
