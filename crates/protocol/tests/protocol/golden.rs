//! Every message, read from its golden text and written back byte for byte; an unknown field in one of our own shapes is refused.

use protocol::messages::{
    self as shared, atena, console, edge, hub, inquiries, jobs, my_key, network, online_eligibility, payers_hub, portal, registry, relay,
    resident_network,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn section<'a>(file: &'a str, name: &str) -> &'a str {
    let start = format!("\n## {name}\n\n```json\n");
    let rest = file.split_once(start.as_str()).unwrap_or_else(|| panic!("no golden text of {name}")).1;
    rest.split_once("\n```").unwrap().0
}

fn both_ways<T: Serialize + DeserializeOwned>(file: &str, name: &str) {
    let golden = section(file, name);
    let message: T = serde_json::from_str(golden).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(serde_json::to_string_pretty(&message).unwrap(), golden, "{name}");
}

fn refuses_an_unknown_field<T: DeserializeOwned>(file: &str, name: &str) {
    let mut value: serde_json::Value = serde_json::from_str(section(file, name)).unwrap();
    value.as_object_mut().unwrap().insert("unexpected".to_owned(), 1.into());
    assert!(serde_json::from_value::<T>(value).is_err(), "{name} takes an unknown field");
}

/// One line a receiver; what stands behind `published` may grow fields that are not ours.
macro_rules! golden {
    ($($test:ident $file:literal $module:ident [$($message:ident),+ $(,)?] published [$($published:ty = $name:literal),*])+) => {
        $(
            #[test]
            fn $test() {
                let file = include_str!(concat!("../../golden/", $file));
                $(
                    both_ways::<$module::$message>(file, stringify!($message));
                    refuses_an_unknown_field::<$module::$message>(file, stringify!($message));
                )+
                $(both_ways::<$published>(file, $name);)*
                let compared = [$(stringify!($message),)+ $($name),*];
                for heading in file.lines().filter_map(|line| line.strip_prefix("## ")) {
                    assert!(compared.contains(&heading), "golden text of {heading} is not compared");
                }
            }
        )+
    };
}

golden! {
    what_every_receiver_answers_is_golden "shared.md" shared [Accepted, Nothing, Outcome, Keys] published [protocol::ProblemDocument = "Problem"]
    messages_to_atena_are_golden "atena.md" atena [
        PersonsRequest, PersonsAnswer, CodeRequests, ReplicasRequest, ReplicasAnswer, InquiryRequest, InquiryReceipt, InquiryStatus,
    ] published []
    signed_bodies_are_golden "inquiries.md" inquiries [Inquiry, Replica, PermitRequest, Permit, ProvidedAnswer, PermissionList] published []
    messages_to_the_relay_are_golden "relay.md" relay [
        UnifiedNumbers, Withdrawals, Codes, ReplicasRequest, ReplicasAnswer, InquiryRequest, PermitDelivery, AnswerDelivery, PermitRefusal,
        AccessRecordsRequest, AccessRecords,
    ] published []
    messages_to_the_my_key_platform_are_golden "my_key.md" my_key [IdentifierRequest, Identifier] published []
    messages_to_the_network_system_are_golden "network.md" network [
        Links, PermissionListAnswer, PermitAsk, PermitAnswer, AccessHistoryRequest, AccessHistory,
    ] published []
    messages_to_the_resident_network_are_golden "resident_network.md" resident_network [
        CodeRequests, Cards, CardsAnswer, PortalCodeRequest, CardAuthority, Revocations,
    ] published []
    messages_to_the_payers_hub_are_golden "payers_hub.md" payers_hub [Certificates, PmhKeysRequest, PmhKeysAnswer] published []
    messages_to_online_eligibility_are_golden "online_eligibility.md" online_eligibility [LinkNumbers, PmhKeys, FirstUse, FirstUseAnswer] published []
    messages_to_the_portal_are_golden "portal.md" portal [
        Challenge, LogIn, Session, ConsentRequest, ConsentReceipt, Questionnaires, AnswersRequest, Notices, Results, VisitRequest, Visit,
        VisitQuestionnaire, VisitResult, VisitClose,
    ] published []
    what_the_console_asks_of_the_registry_is_golden "registry.md" registry [
        ImportResidents, ImportedResidents, ImportResults, ImportedResults, Extract, Extracted, IssueVouchers, IssuedVouchers, PrintVouchers, PrintedVouchers, Reprove, Reproved, ProofCounts, UnifiedNumbersObtained, RegisteredTemplates, RegisterTargets, RegisteredTargets, DownloadedResults, Match, Matched, FollowUp, FollowedUp, MadeReplicas, Inquire, Inquired, FetchedAnswers, ExaminationCount,
    ] published []
    jobs_of_every_system_are_golden "jobs.md" jobs [Job, Jobs] published []
    what_the_console_asks_of_every_system_is_golden "console.md" console [Counts, Exchanged] published []
    messages_to_the_hub_edge_are_golden "edge.md" edge [Binding, OfPerson, AnswersEntry, ResultEntry, Deliveries, Collections] published []
    messages_to_the_hub_core_are_golden "hub.md" hub [
        Template, TaskReceipt, TaskStatus, HubResults,
    ] published [hub::RegistrationRow<String> = "RegistrationRow"]
}

#[test]
fn a_message_that_is_printed_shows_nobody() {
    let request: atena::PersonsRequest = serde_json::from_str(section(include_str!("../../golden/atena.md"), "PersonsRequest")).unwrap();
    let shown = format!("{request:?}");
    for personal in ["見本", "ミホン", "1986", "中央", "Female"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    let binding: edge::Binding = serde_json::from_str(section(include_str!("../../golden/edge.md"), "Binding")).unwrap();
    assert!(!format!("{binding:?}").contains("1b1b"));
    let sheet: portal::Questionnaires = serde_json::from_str(section(include_str!("../../golden/portal.md"), "Questionnaires")).unwrap();
    assert!(!format!("{sheet:?}").contains("\"2\"}"));
}
