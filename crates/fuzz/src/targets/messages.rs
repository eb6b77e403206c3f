//! Every message of the ring, in JSON.

use protocol::messages::{
    self, atena, console, edge, hub, inquiries, jobs, my_key, network, online_eligibility, payers_hub, portal, registry, relay,
    resident_network,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is read is written in a form that is read as the same.
fn read<T: Serialize + DeserializeOwned>(input: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(input) else { return };
    let written = serde_json::to_vec(&message).unwrap_or_default();
    let again = serde_json::from_slice::<T>(&written).map(|message| serde_json::to_vec(&message).unwrap_or_default());
    assert_eq!(again.ok().as_ref(), Some(&written), "{}", std::any::type_name::<T>());
}

macro_rules! messages {
    ($($message:ty),+ $(,)?) => {
        /// The input as each of them.
        pub(super) fn message(input: &[u8]) {
            $(read::<$message>(input);)+
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($message)),+];
    };
}

messages! {
    messages::Accepted,
    messages::Nothing,
    messages::Outcome,
    messages::Keys,
    protocol::ProblemDocument,
    atena::PersonsRequest,
    atena::PersonsAnswer,
    atena::CodeRequests,
    atena::ReplicasRequest,
    atena::ReplicasAnswer,
    atena::InquiryRequest,
    atena::InquiryReceipt,
    atena::InquiryStatus,
    inquiries::Inquiry,
    inquiries::Replica,
    inquiries::PermitRequest,
    inquiries::Permit,
    inquiries::ProvidedAnswer,
    inquiries::PermissionList,
    relay::UnifiedNumbers,
    relay::Withdrawals,
    relay::Codes,
    relay::ReplicasRequest,
    relay::ReplicasAnswer,
    relay::InquiryRequest,
    relay::PermitDelivery,
    relay::AnswerDelivery,
    relay::PermitRefusal,
    relay::AccessRecordsRequest,
    relay::AccessRecords,
    network::Links,
    network::PermissionListAnswer,
    network::PermitAsk,
    network::PermitAnswer,
    network::AccessHistoryRequest,
    network::AccessHistory,
    resident_network::CodeRequests,
    resident_network::Cards,
    resident_network::CardsAnswer,
    resident_network::PortalCodeRequest,
    resident_network::CardAuthority,
    resident_network::Revocations,
    payers_hub::Certificates,
    payers_hub::PmhKeysRequest,
    payers_hub::PmhKeysAnswer,
    jobs::Job,
    jobs::Jobs,
    my_key::IdentifierRequest,
    my_key::Identifier,
    online_eligibility::LinkNumbers,
    online_eligibility::PmhKeys,
    online_eligibility::FirstUse,
    online_eligibility::FirstUseAnswer,
    portal::Challenge,
    portal::LogIn,
    portal::Session,
    portal::ConsentRequest,
    portal::ConsentReceipt,
    portal::Questionnaires,
    portal::AnswersRequest,
    portal::Notices,
    portal::Results,
    portal::VisitRequest,
    portal::Visit,
    portal::VisitQuestionnaire,
    portal::VisitResult,
    portal::VisitClose,
    registry::ImportResidents,
    registry::ImportedResidents,
    registry::ImportResults,
    registry::ImportedResults,
    registry::Extract,
    registry::Extracted,
    registry::IssueVouchers,
    registry::IssuedVouchers,
    registry::PrintVouchers,
    registry::PrintedVouchers,
    registry::Reprove,
    registry::Reproved,
    registry::ProofCounts,
    registry::UnifiedNumbersObtained,
    registry::RegisteredTemplates,
    registry::RegisterTargets,
    registry::RegisteredTargets,
    registry::DownloadedResults,
    registry::Match,
    registry::Matched,
    registry::FollowUp,
    registry::FollowedUp,
    registry::MadeReplicas,
    registry::Inquire,
    registry::Inquired,
    registry::FetchedAnswers,
    registry::ExaminationCount,
    console::Counts,
    console::Exchanged,
    edge::Binding,
    edge::OfPerson,
    edge::AnswersEntry,
    edge::ResultEntry,
    edge::Deliveries,
    edge::Collections,
    hub::Template,
    hub::TaskReceipt,
    hub::TaskStatus,
    hub::HubResults,
    hub::RegistrationRow<String>,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::NAMES;

    /// `module::Message`, as the golden texts call it.
    fn golden(name: &str) -> String {
        let name = name.replace("messages::", "shared::").replace("protocol::ProblemDocument", "shared::Problem");
        name.split('<').next().unwrap().replace(' ', "")
    }

    #[test]
    fn every_message_with_a_golden_text_is_thrown_at_and_has_its_seed() {
        let thrown: Vec<String> = NAMES.iter().map(|name| golden(name)).collect();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut seen = 0;
        for file in fs::read_dir(here.join("../protocol/golden")).unwrap() {
            let path = file.unwrap().path();
            let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            // Bytes of signatures, which a target of their own has.
            for message in text.lines().filter_map(|line| line.strip_prefix("## ")).filter(|_| module != "signed") {
                assert!(thrown.contains(&format!("{module}::{message}")), "{module}::{message} is missing in the list above");
                assert!(here.join(format!("seeds/message/{module}-{message}.json")).exists(), "{module}::{message} has no seed");
                seen += 1;
            }
        }
        assert!(seen > 70, "{seen} golden texts");
    }
}
