//! The registry behind its real line: mutual TLS, roles, jobs of the console.

use access::Policies;
use line::WireError;
use protocol::messages::console::{self, Counts};
use protocol::messages::registry::{
    EXTRACT, Extract, Extracted, FirstImported, IMPORT_RESIDENTS, ISSUE_VOUCHERS, ImportResidents, ImportedResidents, IssueVouchers,
    IssuedVouchers,
};
use registry::POLICIES;
use store::testing::both;
use vocabulary::{Entropy as _, SystemEntropy};
use wire::testing::{Failed, Ring};

use crate::support::{clock, file, folder, person};

#[tokio::test(flavor = "multi_thread")]
async fn the_console_imports_extracts_and_issues_and_nobody_else_does() {
    both(|rooms| async move {
        let clock = clock();
        let ring =
            Ring::at(rooms, Policies::load(&[POLICIES])?, &["registry.991015", "console.991015", "atena.991015", "console.992020"], clock)?;
        let media = folder("media");
        let mut broken = person(4);
        broken.individual = "1".to_owned();
        let text = file(&[person(1), person(2), person(3), broken]);
        let text: Vec<String> =
            text.lines().map(|line| if line.starts_with('住') { format!("{line},備考\n") } else { format!("{line},\n") }).collect();
        std::fs::write(media.join("residents.csv"), text.concat())?;
        let mut house = ring.house("registry.991015")?;
        house.setting.media = Some(media.clone());
        let running = wire::serve(&house, registry::open(house.clone()).await?).await?;
        let console = ring.house("console.991015")?.client;
        let import = |file: &str| ImportResidents { file: file.to_owned(), ..ImportResidents::default() };
        let first: ImportedResidents =
            console.run_job(&house.party, IMPORT_RESIDENTS, SystemEntropy.id128(), &import("residents.csv")).await?;
        assert_eq!((first.already_imported, first.read, first.added, first.rejected), (false, 4, 3, 1));
        assert_eq!((first.unknown_columns.as_slice(), &first.first), (&["備考".to_owned()][..], &None));
        let again: ImportedResidents =
            console.run_job(&house.party, IMPORT_RESIDENTS, SystemEntropy.id128(), &import("residents.csv")).await?;
        assert_eq!(
            again,
            ImportedResidents {
                already_imported: true,
                added: 0,
                unchanged: 3,
                first: Some(FirstImported { added: 3, changed: 0, unchanged: 0 }),
                ..first
            }
        );
        let rejects = std::fs::read_to_string(media.join("residents.csv.rejects.csv"))?;
        let lines: Vec<&str> = rejects.lines().collect();
        assert_eq!((lines.len(), lines[0]), (2, "行,列,理由,ファイル,Reason"));
        assert!(lines[1].starts_with("5,個人番号,") && lines[1].contains(",residents.csv,"), "{rejects}");
        for (file, status) in [("../secret.csv", 422), ("nothing.csv", 404), ("/etc/passwd", 422)] {
            let refused =
                console.run_job::<_, ImportedResidents>(&house.party, IMPORT_RESIDENTS, SystemEntropy.id128(), &import(file)).await;
            assert_eq!(status_of(refused), Some(status), "{file}");
        }
        let job = Extract { fiscal_year: vocabulary::FiscalYear(2026), on: "2026-06-01".parse()? };
        let extracted: Extracted = console.run_job(&house.party, EXTRACT, SystemEntropy.id128(), &job).await?;
        assert_eq!(extracted.counts.iter().map(|count| count.people).sum::<u64>(), extracted.rows);
        let issue = IssueVouchers { extraction: extracted.extraction };
        let issued: IssuedVouchers = console.run_job(&house.party, ISSUE_VOUCHERS, SystemEntropy.id128(), &issue).await?;
        assert_eq!((issued.vouchers % 3, issued.withheld), (0, 0));
        let counts: Counts = console.get(&house.party, &console::counts("registry")).await?;
        assert_eq!(
            (counts.counts["residents"], counts.counts["eligible"], counts.counts["vouchers"]),
            (3, extracted.rows, issued.vouchers)
        );
        for other in ["atena.991015", "console.992020"] {
            let client = ring.house(other)?.client.within(std::time::Duration::from_secs(1));
            let refused = client
                .run_job::<_, ImportedResidents>(&house.party, IMPORT_RESIDENTS, SystemEntropy.id128(), &import("residents.csv"))
                .await;
            assert!(refused.is_err(), "{other}");
        }
        running.stop().await;
        std::fs::remove_dir_all(media)?;
        Ok::<_, Failed>(())
    })
    .await;
}

fn status_of<T>(outcome: Result<T, WireError>) -> Option<u16> {
    match outcome {
        Err(WireError::Refused { problem, .. }) => Some(problem.status_code().as_u16()),
        _ => None,
    }
}
