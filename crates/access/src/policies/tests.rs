use vocabulary::{Entropy, Id128, MunicipalityCode, Purpose, SeededEntropy};

use super::*;
use crate::{ROLES, Role};

const READ: Action = Action::personal("registry:residents.read");
const OPEN: Action = Action::number("registry:numbers.open");
const KEYS: Action = Action::plain("registry:keys.read");
const ACTIONS: [Action; 3] = [READ, OPEN, KEYS];
const TEXT: &str = r#"
@id("residents")
permit (principal in Role::"health_officer", action == Action::"registry:residents.read", resource)
when { context.purpose == Purpose::"eligibility" };

@id("everything")
permit (principal, action in [Action::"registry:residents.read", Action::"registry:numbers.open", Action::"registry:keys.read"], resource)
unless { context.purpose == Purpose::"eligibility" };
"#;

fn registry(text: &str) -> Result<Policies, PoliciesError> {
    Policies::check(&[SystemPolicies { system: "registry", actions: &[&ACTIONS], text }])
}

fn with(extra: &str) -> PoliciesError {
    registry(&format!("{TEXT}\n{extra}")).unwrap_err()
}

fn codes() -> [Option<MunicipalityCode>; 3] {
    [None, Some("991015".parse().unwrap()), Some("992020".parse().unwrap())]
}

fn request() -> Id128 {
    SeededEntropy::new(1).id128()
}

fn caller(kind: CallerKind, roles: RoleSet, municipality: Option<MunicipalityCode>, purpose: Purpose) -> Caller {
    Caller::of_parts(kind, "x", municipality, roles, purpose, request())
}

fn everyone() -> Vec<(CallerKind, RoleSet)> {
    let mut all: Vec<_> = CallerKind::ALL.map(|kind| (kind, RoleSet::EMPTY)).to_vec();
    for one in ROLES {
        for other in ROLES.iter().filter(|other| other.kind == one.kind && other.name >= one.name) {
            all.push((one.kind, RoleSet::named(one.kind, [one.name, other.name]).unwrap()));
        }
    }
    all
}

/// Asks the engine about the real codes, knowing nothing of the memo's classes.
fn engine_says(policies: &Policies, caller: &Caller, action: &Action, municipality: Option<MunicipalityCode>) -> Decision {
    let code = |code: Option<MunicipalityCode>| code.map(|code| code.to_string());
    let asked = (caller.kind(), caller.roles(), caller.purpose());
    policies.0.engine.ask_between(action, "registry", asked, code(caller.municipality()).as_deref(), code(municipality).as_deref()).decision
}

#[test]
fn t_13_the_memo_and_the_engine_agree_on_every_question() {
    let policies = registry(TEXT).unwrap();
    let (mut asked, mut allowed) = (0, 0);
    for (kind, roles) in everyone() {
        for purpose in [Purpose::Eligibility, Purpose::OwnAccess, Purpose::Examination, Purpose::Audit] {
            for from in codes() {
                for to in codes() {
                    for action in &ACTIONS {
                        let caller = caller(kind, roles, from, purpose);
                        let resource = ResourceRef { system: "registry", municipality: to };
                        let expected = engine_says(&policies, &caller, action, to);
                        for _ in 0..2 {
                            assert_eq!(policies.allows(&caller, action, resource), expected, "{kind} {roles:?} {from:?} {to:?} {action}");
                        }
                        assert_eq!(policies.explain(&caller, action, resource).decision, expected);
                        asked += 1;
                        allowed += i32::from(expected.is_allowed());
                    }
                }
            }
        }
    }
    assert!(asked > 2_000 && allowed > 200 && allowed < asked, "{allowed} of {asked}");
}

#[test]
fn t_05_nobody_reaches_another_municipality_and_ii_6_pmh_5_only_staff_and_systems_reach_numbers() {
    let policies = registry(TEXT).unwrap();
    let [_, own, other] = codes();
    for (kind, roles) in everyone() {
        let may = |from, to, action: &Action| {
            let caller = caller(kind, roles, from, Purpose::Audit);
            policies.allows(&caller, action, ResourceRef { system: "registry", municipality: to }).is_allowed()
        };
        for action in &ACTIONS {
            assert!(!may(own, other, action), "{kind} {action}");
        }
        let numbers = match kind {
            CallerKind::Staff => roles.contains("health_officer") || roles.contains("linkage_officer"),
            CallerKind::System => !roles.iter().any(|role| vocabulary::System::named(role.name).is_some_and(|system| !system.numbers)),
            _ => false,
        };
        assert_eq!(may(own, own, &OPEN), numbers, "{kind} {roles:?}");
        let read = matches!(kind, CallerKind::Staff | CallerKind::System | CallerKind::Operator);
        assert_eq!(may(own, own, &READ), read, "{kind}");
        assert_eq!(may(None, own, &READ), kind == CallerKind::System, "{kind}");
        assert!(may(None, own, &KEYS), "{kind}");
    }
}

/// What a decision costs is in W4 of `docs/benchmarks.md`; that it costs so little is because of this.
#[test]
fn a_question_that_was_answered_is_not_put_to_the_engine_again() {
    let policies = registry(TEXT).unwrap();
    let own = codes()[1];
    let caller = caller(CallerKind::Staff, RoleSet::named(CallerKind::Staff, ["health_officer"]).unwrap(), own, Purpose::Eligibility);
    let resource = ResourceRef { system: "registry", municipality: own };
    assert!(policies.allows(&caller, &READ, resource).is_allowed());
    // The engine would allow it: who says no has only looked at what is remembered.
    let question = policies.question(&caller, &READ, resource).unwrap();
    assert_eq!(policies.0.remembered.write().unwrap().insert(question, Decision::Deny), Some(Decision::Allow));
    assert!(!policies.allows(&caller, &READ, resource).is_allowed());
    assert_eq!(policies.explain(&caller, &READ, resource).decision, Decision::Allow);
}

#[test]
fn what_is_not_registered_is_denied() {
    let policies = registry(TEXT).unwrap();
    let own = codes()[1];
    let caller = caller(CallerKind::System, RoleSet::named(CallerKind::System, ["registry"]).unwrap(), own, Purpose::Audit);
    let may = |action: &Action, system| policies.allows(&caller, action, ResourceRef { system, municipality: own }).is_allowed();
    assert!(may(&READ, "registry"));
    assert!(!may(&READ, "atena"), "a system nobody registered");
    assert!(!may(&Action::personal("registry:residents.erase"), "registry"), "an action nobody registered");
    assert!(!may(&Action::plain("registry:residents.read"), "registry"), "a known name in a milder zone");
    assert!(policies.knows(&READ) && !policies.knows(&Action::plain("registry:residents.read")));
}

#[test]
fn a_policy_that_cannot_mean_what_it_says_is_refused() {
    let permit = r#"@id("x") permit (principal in Role::"auditor", action == Action::"registry:residents.read", resource)"#;
    let cases = [
        (with("permit (principal"), "policies of registry"),
        (with(r#"@id("x") forbid (principal == Staff::"s123", action, resource);"#), r#"Staff::"s123" may not be named"#),
        (with(&format!(r#"{permit} when {{ principal.municipality == Municipality::"991015" }};"#)), "may not be named"),
        (with(r#"permit (principal, action == Action::"registry:keys.read", resource);"#), "policy 3 needs an @id"),
        (with(r#"@id("residents") permit (principal, action == Action::"registry:keys.read", resource);"#), "needs an @id"),
        (with(r#"@id("x") permit (principal, action, resource);"#), "registry/x: a permit names actions"),
        (with(r#"@id("x") permit (principal, action == Action::"atena:persons.read", resource);"#), "a permit names actions"),
        (with(r#"@id("x") permit (principal == ?principal, action == Action::"registry:keys.read", resource);"#), "templates"),
        (with(&format!(r#"{permit} when {{ context.purpose == Purpose::"curiosity" }};"#)), "curiosity"),
        (with(r#"@id("x") forbid (principal in Role::"boss", action, resource);"#), "boss"),
        (with(&format!("{permit} when {{ principal.name == 1 }};")), "name"),
        (with(&format!("{permit} when {{ principal is System && principal is Staff }};")), "registry/x"),
    ];
    for (error, words) in cases {
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_action_without_a_policy_or_with_a_bad_name_refuses_to_load() {
    let only =
        |actions: &[Action], text: &str| Policies::load(&[SystemPolicies { system: "registry", actions: &[actions], text }]).unwrap_err();
    assert_eq!(only(&[READ], ""), PoliciesError::Uncovered("registry:residents.read".to_owned()));
    assert!(matches!(only(&[READ, READ], TEXT), PoliciesError::ActionName { .. }));
    assert!(matches!(only(&[Action::plain("atena:persons.read")], ""), PoliciesError::ActionName { .. }));
    let twice = SystemPolicies { system: "registry", actions: &[], text: "" };
    assert_eq!(Policies::load(&[twice, twice]).unwrap_err(), PoliciesError::SystemTwice("registry".to_owned()));
}

#[test]
fn whom_no_policy_permits_ever_is_denied_every_question() {
    let text = TEXT.replace("permit (principal, action in", "permit (principal is Staff, action in");
    let policies = registry(&text).unwrap();
    let (mut never, mut sometimes) = (0, 0);
    for (kind, roles) in everyone() {
        for action in &ACTIONS {
            if policies.0.engine.permits_sometimes(action, kind, roles) {
                sometimes += 1;
                continue;
            }
            never += 1;
            for (purpose, code) in Purpose::ALL.iter().flat_map(|purpose| codes().map(|code| (*purpose, code))) {
                let decision = engine_says(&policies, &caller(kind, roles, code, purpose), action, code);
                assert_eq!(decision, Decision::Deny, "{kind:?} {roles:?} {action} {purpose}");
            }
        }
    }
    assert!(never > 0 && sometimes > 0, "{never} {sometimes}");
}

#[test]
fn the_matrix_says_who_may_do_what() {
    let text = permissions_txt(&registry(TEXT).unwrap());
    let block = text.split("\n\n").find(|block| block.starts_with("registry:residents.read [personal]")).unwrap();
    let line =
        |role: &Role| block.lines().find(|line| line.contains(&format!(" {} {}", role.name, role.japanese))).unwrap().trim().to_owned();
    assert_eq!(line(Role::named("health_officer").unwrap()), "✔    ✘      ✔     health_officer 保健担当: any purpose");
    assert!(line(Role::named("network").unwrap()).starts_with("✔    ✔      ✔     network"));
    assert_eq!(line(Role::named("visitor").unwrap()), "✘    ✘      ✘     visitor 未認証");
    assert_eq!(text, permissions_txt(&registry(TEXT).unwrap()), "the same policies give the same text");
    assert_eq!(block.lines().count(), 2 + ROLES.len());
}
