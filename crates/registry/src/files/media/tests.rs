use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use store::RoomName;
use store::testing::both;
use vocabulary::{Clock, Date, Entropy as _, ManualClock, Purpose, SystemEntropy};

use super::*;

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kenshin-media-{}", SystemEntropy.id128()));
    fs::create_dir_all(folder.join("media/inner")).unwrap();
    fs::write(folder.join("secret.csv"), "secret").unwrap();
    fs::write(folder.join("media/residents.csv"), "rows").unwrap();
    fs::write(folder.join("media/inner/deep.csv"), "rows").unwrap();
    folder
}

/// A folder with its room, on both databases; `test` runs on a thread that may block.
async fn with_room(test: impl Fn(&Path, &Media, &JobRun, &ManualClock) + Clone + Send + Sync + 'static) {
    both(|rooms| {
        let test = test.clone();
        async move {
            let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
            let of_room: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
            let migrations = work::migrations(crate::MIGRATIONS);
            let name = RoomName::new("registry", Some("991015".parse().unwrap()));
            let room = ledger::testing::room_at(&rooms, &name, &migrations, of_room).await.unwrap();
            let run = JobRun::alone(&room, &ledger::testing::caller("s1001", Purpose::Operation));
            let root = folder();
            let media = Media::open(Some(&root.join("media"))).unwrap();
            tokio::task::spawn_blocking(move || {
                test(&root.join("media"), &media, &run, &clock);
                fs::remove_dir_all(root).unwrap();
            })
            .await
            .unwrap();
        }
    })
    .await;
}

fn refused(outcome: Result<(), RegistryError>) -> MediaError {
    match outcome {
        Err(RegistryError::Media(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_of_the_folder_is_read_and_nothing_else_is() {
    with_room(|folder, media, run, _| {
        symlink(folder.join("../secret.csv"), folder.join("link.csv")).unwrap();
        symlink("residents.csv", folder.join("near.csv")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.join("pipe.csv"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        let mut text = String::new();
        media.read("residents.csv").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "rows");
        for name in ["", ".", "..", "../secret.csv", "inner/deep.csv", "/etc/passwd", "..\\secret.csv", ".hidden", "a\0b"] {
            assert!(matches!(media.read(name), Err(MediaError::Name)), "{name:?}");
            assert!(matches!(refused(media.write(run, name, b"new")), MediaError::Name), "{name:?}");
        }
        for name in ["link.csv", "near.csv", "pipe.csv", "inner"] {
            assert!(matches!(media.read(name), Err(MediaError::NotPlain(_))), "{name}");
            assert!(matches!(refused(media.write(run, name, b"new")), MediaError::NotPlain(_)), "{name}");
        }
        assert!(matches!(media.read("nothing.csv"), Err(MediaError::NotThere(_))));
        assert!(matches!(Media::default().read("residents.csv"), Err(MediaError::NoFolder)));
    })
    .await;
}

#[tokio::test]
async fn the_folder_is_the_one_that_was_opened_whatever_takes_its_name() {
    with_room(|folder, media, run, _| {
        let root = folder.parent().unwrap();
        fs::rename(folder, root.join("moved")).unwrap();
        fs::create_dir(root.join("other")).unwrap();
        fs::write(root.join("other/residents.csv"), "of another").unwrap();
        symlink(root.join("other"), folder).unwrap();
        let mut text = String::new();
        media.read("residents.csv").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "rows");
        media.write(run, "verdicts.csv", b"one").unwrap();
        assert!(root.join("moved/verdicts.csv").exists() && !root.join("other/verdicts.csv").exists());
    })
    .await;
}

#[tokio::test]
async fn a_result_is_written_for_this_account_alone_and_replaces_an_earlier_result_and_nothing_else() {
    with_room(|folder, media, run, _| {
        let path = folder.join("verdicts.csv");
        for content in ["one", "another", "another"] {
            media.write(run, "verdicts.csv", content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // Nothing stands beside it that tells of its content without a key.
        let names: Vec<String> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names.iter().filter(|name| name.starts_with('.')).count(), 0, "{names:?}");
        // As another file a result is nobody's, and corrected by hand it is an officer's.
        fs::copy(&path, folder.join("copied.csv")).unwrap();
        fs::write(&path, "corrected").unwrap();
        for (name, left) in [("verdicts.csv", "corrected"), ("residents.csv", "rows"), ("copied.csv", "another")] {
            assert!(matches!(refused(media.may_write(run.room(), name)), MediaError::NotOurs(_)), "{name}");
            assert!(matches!(refused(media.write(run, name, b"new")), MediaError::NotOurs(_)), "{name}");
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), left);
        }
    })
    .await;
}

#[tokio::test]
async fn a_result_goes_on_from_a_kill_between_its_note_and_its_file() {
    with_room(|folder, media, run, _| {
        media.write(run, "verdicts.csv", b"one").unwrap();
        media.write(run, "verdicts.csv", b"another").unwrap();
        // As if the second had been noted and not yet put there.
        fs::write(folder.join("verdicts.csv"), "one").unwrap();
        media.write(run, "verdicts.csv", b"another").unwrap();
        assert_eq!(fs::read_to_string(folder.join("verdicts.csv")).unwrap(), "another");
        let parts = fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
        assert_eq!(parts.count(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_erased_with_an_entry_when_the_jobs_file_is_forgotten_and_what_an_officer_changed_is_not() {
    with_room(|folder, media, run, clock| {
        let by = ledger::testing::caller("upkeep", Purpose::Operation);
        for name in ["verdicts.csv", "corrected.csv", "linked.csv", "taken.csv"] {
            media.write(run, name, b"verdicts").unwrap();
        }
        fs::write(folder.join("corrected.csv"), "by hand").unwrap();
        fs::remove_file(folder.join("linked.csv")).unwrap();
        symlink("residents.csv", folder.join("linked.csv")).unwrap();
        fs::remove_file(folder.join("taken.csv")).unwrap();
        clock.advance(SignedDuration::from_hours(24 * 30 - 1));
        media.erase_over(run.room(), &by).unwrap();
        assert!(folder.join("verdicts.csv").exists());
        clock.advance(SignedDuration::from_hours(1));
        media.erase_over(run.room(), &by).unwrap();
        assert!(!folder.join("verdicts.csv").exists());
        assert_eq!(fs::read_to_string(folder.join("corrected.csv")).unwrap(), "by hand");
        assert_eq!(fs::read_to_string(folder.join("linked.csv")).unwrap(), "rows");
        let runtime = tokio::runtime::Handle::current();
        let newest = runtime.block_on(ledger::newest(run.room().raw(), 20)).unwrap();
        let entries = newest.iter().map(|found| found.entry().unwrap());
        let told: Vec<bool> =
            entries.filter(|entry| entry.action == "registry:media.erase").map(|entry| entry.detail.ends_with(": erased")).collect();
        assert_eq!((told.len(), told.iter().filter(|erased| **erased).count()), (4, 1));
        // Nobody's since then: the names are free for officers.
        assert!(matches!(refused(media.write(run, "corrected.csv", b"new")), MediaError::NotOurs(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_handed_in_has_a_name_of_its_content_and_is_erased_when_a_copy_would_be() {
    with_room(|folder, media, run, clock| {
        let by = ledger::testing::caller("upkeep", Purpose::Operation);
        let outside = folder.parent().unwrap();
        let file = outside.join("weekly.csv");
        let hand_in = |content: &str| {
            fs::write(&file, content).unwrap();
            media.hand_in(run.room(), &file).unwrap()
        };
        let (first, second) = (hand_in("one"), hand_in("another"));
        assert!(first != second && hand_in("one") == first, "{first} {second}");
        for (name, content) in [(&first, "one"), (&second, "another")] {
            assert!(name.starts_with("weekly.") && name.ends_with(".csv"), "{name}");
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), content);
            assert_eq!(fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // What lies there already is an officer's, and stays.
        assert_eq!(media.hand_in(run.room(), &folder.join("residents.csv")).unwrap(), "residents.csv");
        assert!(matches!(refused(media.hand_in(run.room(), &outside.join("nowhere.csv")).map(drop)), MediaError::Io(_)));
        clock.advance(SignedDuration::from_hours(24 * 30));
        media.erase_over(run.room(), &by).unwrap();
        let left = |name: &str| folder.join(name).exists();
        assert_eq!((left(&first), left(&second), left("residents.csv")), (false, false, true));
        let runtime = tokio::runtime::Handle::current();
        let newest = runtime.block_on(ledger::newest(run.room().raw(), 20)).unwrap();
        let entries = newest.iter().map(|found| found.entry().unwrap().detail.to_owned());
        assert_eq!(entries.filter(|told| told == "a file that was handed in: erased").count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_file_handed_in_is_the_folders_owners_and_read_as_it_was_handed_in_or_not_at_all() {
    with_room(|folder, media, run, _| {
        // Only root can give a file away; whoever else runs this owns all of them.
        let _ = chown(folder, Some(54_321), Some(54_321));
        let file = folder.parent().unwrap().join("weekly.csv");
        fs::write(&file, "one").unwrap();
        let name = media.hand_in(run.room(), &file).unwrap();
        let owner = |path: &Path| fs::metadata(path).map(|of| (of.uid(), of.gid())).unwrap();
        assert_eq!(owner(&folder.join(&name)), owner(folder));
        let read = || {
            let mut text = String::new();
            media.read_for_job(run.room(), &name).map(|mut file| file.read_to_string(&mut text).unwrap())?;
            Ok(text)
        };
        assert_eq!(read().unwrap(), "one");
        // No job writes in its place, and what somebody put there is not what was approved.
        assert!(matches!(refused(media.write(run, &name, b"verdicts")), MediaError::NotOurs(_)));
        fs::remove_file(folder.join(&name)).unwrap();
        fs::write(folder.join(&name), "two").unwrap();
        let told = refused(read().map(drop));
        assert!(matches!(told, MediaError::NotAsHandedIn(_)), "{told}");
        // A file that lies there of itself may change until it is read.
        fs::write(folder.join("residents.csv"), "more").unwrap();
        media.read_for_job(run.room(), "residents.csv").unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_erased_holds_up_no_other_and_is_tried_again_a_day_later() {
    with_room(|folder, media, run, clock| {
        let by = ledger::testing::caller("upkeep", Purpose::Operation);
        media.write(run, "held.csv", b"verdicts").unwrap();
        clock.advance(SignedDuration::from_secs(1));
        media.write(run, "verdicts.csv", b"verdicts").unwrap();
        clock.advance(SignedDuration::from_hours(24 * 30));
        let inner = media.folder().unwrap();
        copies::erase_over(run.room(), &by, &|name, is_ours| match name {
            "held.csv" => Err(io::Error::from(io::ErrorKind::PermissionDenied).into()),
            name => inner.erase(name, is_ours),
        })
        .unwrap();
        let left = |name: &str| folder.join(name).exists();
        assert_eq!((left("held.csv"), left("verdicts.csv")), (true, false));
        media.erase_over(run.room(), &by).unwrap();
        assert!(left("held.csv"), "no look until a day has passed");
        clock.advance(SignedDuration::from_hours(24));
        media.erase_over(run.room(), &by).unwrap();
        assert!(!left("held.csv"));
        let runtime = tokio::runtime::Handle::current();
        let newest = runtime.block_on(ledger::newest(run.room().raw(), 20)).unwrap();
        let entries = newest.iter().map(|found| found.entry().unwrap()).filter(|entry| entry.action == "registry:media.erase");
        let told: Vec<bool> = entries.map(|entry| entry.detail.contains("cannot be erased")).collect();
        assert_eq!(told, [false, false, true], "the newest first");
    })
    .await;
}
