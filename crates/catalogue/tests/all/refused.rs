//! What does not fit is refused, naming file and key. Each test lays one changed file over the built-in catalogue.

use std::fs;
use std::path::Path;

use catalogue::{Catalogue, CatalogueError, Finding, Origin};

/// The text of a committed file of the catalogue.
fn committed(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue").join(name)).unwrap()
}

fn lay(name: &str, text: &str) -> Result<Catalogue, CatalogueError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    Catalogue::from_dir(directory.path())
}

/// The findings after replacing one text in one file.
#[track_caller]
fn findings(name: &str, from: &str, to: &str) -> Vec<Finding> {
    let text = committed(name);
    assert!(text.contains(from), "{name} holds {from}");
    match lay(name, &text.replacen(from, to, 1)) {
        Err(CatalogueError::Findings(findings)) => findings,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("accepted"),
    }
}

#[track_caller]
fn refused(name: &str, from: &str, to: &str, key: &str, what: &str) {
    let findings = findings(name, from, to);
    let named = findings.iter().any(|finding| finding.file == name && finding.key == key && finding.what.contains(what));
    assert!(named, "{findings:#?}");
    for finding in &findings {
        in_both(finding);
    }
}

/// What is wrong is told in each language, in one.
#[track_caller]
fn in_both(finding: &Finding) {
    let is_japanese = |text: &str| text.contains(|letter: char| ('\u{3040}'..='\u{30ff}').contains(&letter));
    assert!(
        is_japanese(&finding.japanese) && !is_japanese(&finding.what) && finding.in_japanese().ends_with(&finding.japanese),
        "{finding:#?}"
    );
}

#[test]
fn r_reg_2_a_programme_is_added_by_a_file_alone() {
    let text = committed("programmes/colorectal.toml")
        .replace("id = \"colorectal\"", "id = \"colorectal_extra\"")
        .replace("from = 40", "from = 35");
    let catalogue = lay("programmes/colorectal_extra.toml", &text).unwrap();
    assert_eq!(catalogue.programmes().len(), Catalogue::built_in().unwrap().programmes().len() + 1);
    assert!(catalogue.programme("colorectal_extra").unwrap().examination("fit").unwrap().ages().hold(35));
    assert!(!catalogue.programme("colorectal").unwrap().examination("fit").unwrap().ages().hold(35));
}

#[test]
fn what_bears_an_id_of_the_catalogue_replaces_it_wholly_whatever_its_file_is_called() {
    let text = committed("programmes/colorectal.toml").replace("from = 40", "from = 45");
    let catalogue = lay("programmes/bowel.toml", &text).unwrap();
    let built_in = Catalogue::built_in().unwrap();
    assert_eq!(catalogue.programmes().len(), built_in.programmes().len());
    assert!(!catalogue.programme("colorectal").unwrap().examination("fit").unwrap().ages().hold(44));
    let table = "[[table]]\nid = \"2340\"\nname = \"総合判定\"\nenglish = \"Judgement\"\ntrust = \"city\"\n[[table.code]]\nvalue = \"1\"\nname = \"異常なし\"\nenglish = \"Nothing\"\n[[table.code]]\nvalue = \"2\"\nname = \"要精検\"\nenglish = \"Detailed\"\n[[table.code]]\nvalue = \"9\"\nname = \"判定不能\"\nenglish = \"None\"\n";
    let catalogue = lay("codes/ours.toml", table).unwrap();
    assert_eq!(catalogue.code_tables().count(), built_in.code_tables().count(), "other tables of the built-in file stay");
    assert_eq!(catalogue.code_table("2340").unwrap().trust, catalogue::Trust::Local);
    let of =
        |id: &str| catalogue.holdings().iter().find(|holding| holding.part == "codes" && holding.id == id).map(|holding| holding.origin);
    assert_eq!((of("2340"), of("2500")), (Some(Origin::City), Some(Origin::BuiltIn)));
}

/// Line and key of every finding about a changed file.
#[track_caller]
fn places(name: &str, changes: &[(&str, &str)]) -> Vec<(Option<usize>, String)> {
    let mut text = committed(name);
    for (from, to) in changes {
        assert!(text.contains(from), "{name} holds {from}");
        text = text.replacen(from, to, 1);
    }
    let Err(CatalogueError::Findings(findings)) = lay(name, &text) else { panic!("accepted") };
    assert!(findings.iter().all(|finding| finding.file == name), "{findings:#?}");
    findings.iter().for_each(in_both);
    findings.into_iter().map(|finding| (finding.line, finding.key)).collect()
}

#[test]
fn what_is_not_toml_or_not_of_the_shape_is_refused_with_its_line() {
    let place = |line, key: &str| vec![(Some(line), key.to_owned())];
    assert_eq!(places("programmes/lung.toml", &[("unit_price = 3300", "unit_price = ")]), place(27, ""));
    assert_eq!(places("records/02_stomach.toml", &[("kind = \"flag\"", "kind = \"flagg\"")]), place(28, "item.voucher_void.kind"));
    assert_eq!(places("programmes/lung.toml", &[("sex = \"any\"", "sex = \"all\"")]), place(8, "sex"));
}

#[test]
fn every_mistake_of_a_file_is_named_and_not_the_first_alone() {
    let changes = [
        ("sex = \"any\"\n", ""),
        ("business_number = \"3001\"\n", ""),
        ("trust = \"seed\"", "trust = \"sead\""),
        ("unit_price = 3300", "unit_price = \"3300\""),
        ("copay = 300", "copey = 300"),
        ("ages = [{ from = 40 }]", "ages = [{ form = 40 }]"),
        ("[\"9\"]", "[9]"),
    ];
    let keys: Vec<String> = places("programmes/lung.toml", &changes).into_iter().map(|(_, key)| key).collect();
    for key in [
        "sex",
        "business_number",
        "trust",
        "examination.chest_xray.unit_price",
        "examination.chest_xray.copey",
        "examination.chest_xray.copay",
        "examination.chest_xray.ages.1.form",
        "examination.chest_xray.ages.1.from",
        "result.unreadable.1",
    ] {
        assert!(keys.iter().any(|found| found == key), "{key} is not among {keys:?}");
    }
    assert_eq!(keys.len(), 9, "{keys:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_missing_everywhere_else_too() {
    let broken = committed("records/02_stomach.toml")
        .replace("number = 2\nid = \"stomach\"", "number = 101\nid = \"hearing\"")
        .replace("kind = \"flag\"", "kind = \"flagg\"");
    let programme =
        committed("programmes/stomach.toml").replace("id = \"stomach\"", "id = \"hearing\"").replace("record = 2", "record = 101");
    let texts = [("records/101.toml", broken), ("programmes/hearing.toml", programme)];
    let found = Catalogue::from_texts(texts.map(|(name, text)| (name.to_owned(), text))).err();
    let Some(CatalogueError::Findings(findings)) = found else { panic!("accepted") };
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding.file == "records/101.toml"), "{findings:#?}");
}

#[test]
fn a_file_in_no_known_folder_is_refused() {
    let Err(CatalogueError::Findings(findings)) = lay("programs/lung.toml", "") else { panic!("accepted") };
    assert_eq!(findings[0].file, "programs");
}

#[test]
fn a_directory_that_is_not_there_is_refused() {
    assert!(matches!(Catalogue::from_dir(Path::new("no/such/directory")), Err(CatalogueError::Unreadable { .. })));
}

#[test]
fn r_reg_2_ages_must_be_sensible() {
    refused("programmes/breast.toml", "{ from = 30, to = 39 }", "{ from = 39, to = 30 }", "examination.ultrasound", "are not ages");
    refused("programmes/breast.toml", "{ from = 30, to = 39 }", "{ from = 30, to = 139 }", "examination.ultrasound", "are not ages");
    refused("programmes/cervix.toml", "[{ from = 20 }]", "[{ from = 20 }, { from = 30 }]", "examination.cytology", "overlap");
    refused("programmes/cervix.toml", "ages = [{ from = 20 }]", "ages = []", "examination.cytology", "missing");
    refused("programmes/oral_health.toml", "reaching = [20,", "reaching = [20, 20,", "examination.oral", "overlap");
    refused("programmes/stomach.toml", "years = 2", "years = 1", "examination.endoscopy.interval", "2 to 8");
}

#[test]
fn every_reference_of_a_programme_must_resolve() {
    refused("programmes/lung.toml", "record = 3\nfiscal", "record = 33\nfiscal", "result.record", "33");
    refused("programmes/lung.toml", "judgement = \"judgement\"", "judgement = \"verdict\"", "result.judgement", "verdict");
    refused("programmes/lung.toml", "needs_detailed = [\"2\"]", "needs_detailed = [\"3\"]", "result.judgement", "`3`");
    refused("programmes/lung.toml", "examined_on = \"examined_on\"", "examined_on = \"film_number\"", "result.examined_on", "date");
    refused("programmes/lung.toml", "item = \"smoking_index\"", "item = \"film_number\"", "fact.smoking_index", "whole number");
    refused("programmes/lung.toml", "fact = \"smoking_index\"", "fact = \"pack_years\"", "examination.sputum.condition", "pack_years");
    refused("programmes/lung.toml", "any = [\"sputum_result\"", "any = [\"sputum\"", "examination.sputum.done_when", "sputum");
    refused("programmes/stomach.toml", "is = [\"1\"]", "is = [\"7\"]", "examination.xray.done_when", "`7`");
    refused("programmes/lung.toml", "other = [\"5\"]", "other = []", "follow_up", "counts nowhere");
    refused("programmes/lung.toml", "early = [\"3\"]", "early = [\"5\"]", "follow_up.early", "among those found");
    refused("programmes/lung.toml", "class = \"3\"", "class = \"8\"", "fees.exempt", "`8`");
    refused("programmes/lung.toml", "copay = 300", "copay = 30000", "examination.chest_xray", "unit price");
    refused("programmes/lung.toml", "settings = [\"1\"", "settings = [\"3\"", "settings", "`3`");
}

#[test]
fn ids_stand_once() {
    refused("programmes/stomach.toml", "id = \"endoscopy\"", "id = \"xray\"", "examination.xray", "twice");
    let texts = ["programmes/a.toml", "programmes/b.toml"].map(|name| (name.to_owned(), committed("programmes/stomach.toml")));
    let Err(CatalogueError::Findings(found)) = Catalogue::from_texts(texts) else { panic!("accepted") };
    assert_eq!(found.iter().filter(|finding| finding.key == "id" && finding.what.contains("twice")).count(), 1);
    refused("records/02_stomach.toml", "id = \"venue_other\"", "id = \"venue\"", "item.venue", "twice");
    let twice = findings("records/03_lung.toml", "number = 3\nid", "number = 2\nid");
    assert!(twice.iter().any(|finding| finding.key == "id" && finding.what.contains("twice")));
    refused("records/03_lung.toml", "number = 3\nid", "number = 16\nid", "number", "101");
    refused("codes/53_stomach.toml", "value = \"2\"", "value = \"1\"", "table.2340.code.1", "twice");
    refused("national/53_stomach.toml", "9P541000000000011", "9P540000000000011", "item.9P540000000000011", "twice");
}

#[test]
fn every_reference_of_a_record_type_must_resolve() {
    let file = "records/02_stomach.toml";
    refused(file, "codes = \"2340\"", "codes = \"2349\"", "item.judgement", "2349");
    refused(file, "codes = \"2340\"", "codes = \"2350\"", "item.judgement", "another code table");
    refused(file, "9P546000000000011", "9P546000000000012", "item.judgement", "no national item");
    refused(file, "9P546000000000011", "9P549000000000011", "item.judgement", "stage");
    refused(file, "9P546000000000011", "9P522000000000011", "item.judgement", "report category");
    refused(file, "when = \"1\"", "when = \"5\"", "item.reading", "`5`");
    refused("records/04_colorectal.toml", "codes = \"2500\"", "codes = \"2050\"", "item.first_result", "without severity");
    refused("codes/53_stomach.toml", ".2340\"", ".2341\"", "table.2340", "oid");
    refused("national/53_stomach.toml", "codes = \"2340\"", "codes = \"2341\"", "item.9P546000000000011", "2341");
}

#[test]
fn templates_and_the_permission_list_must_resolve() {
    let template = "templates/oral_health.toml";
    refused(template, "programme = \"oral_health\"", "programme = \"oral\"", "programme", "no programme");
    refused(template, "item = \"adult_q09_brushing\"", "item = \"brushing\"", "variant.adult.question.brushing", "no item");
    refused(template, "ages = [{ from = 30 }]", "ages = [{ from = 31 }]", "variant", "reach 30");
    refused(template, "{ item = \"sound_teeth\"", "{ item = \"adult_q05_smoking\"", "practitioner.item.adult_q05_smoking", "the person's");
    refused(template, "{copay}", "{name}", "notice.invitation", "{name}");
    let list = "permission_list.toml";
    refused(list, "programme = \"stomach\"", "programme = \"gastric\"", "information.stomach_screening", "gastric");
    refused(list, "    \"stomach_screening\"", "    \"gastric_screening\"", "row.1", "gastric_screening");
    refused(list, "expires = \"2027-03-31\"", "expires = \"2026-03-31\"", "expires", "before");
}

#[test]
fn a_letter_is_filled_in_with_its_own_words_alone() {
    let file = "texts/voucher.toml";
    refused(file, "{name}様", "{nam}様", "body", "{nam} is filled in by nothing: write one of {programme}, {fiscal_year}");
    refused(file, "id = \"voucher\"", "id = \"reminder\"", "id", "the letters are voucher");
    let Err(CatalogueError::Findings(findings)) = lay(file, &committed(file).replace("{programme}", "")) else { panic!("accepted") };
    assert!(findings.iter().any(|finding| finding.what.contains("{programme} stands in no text")), "{findings:#?}");
}

#[test]
fn what_is_no_plain_file_of_a_sensible_size_is_found_and_neither_followed_nor_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join("city").join(name);
    fs::create_dir_all(path("codes")).unwrap();
    fs::create_dir_all(directory.path().join("records")).unwrap();
    fs::write(directory.path().join("secret.csv"), "secret").unwrap();
    std::os::unix::fs::symlink(directory.path().join("secret.csv"), path("prices.csv")).unwrap();
    std::os::unix::fs::symlink(directory.path().join("records"), path("records")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, path("codes/pipe.toml"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    fs::File::create(path("offices.csv")).unwrap().set_len((16 << 20) + 1).unwrap();
    // Passed over.
    std::os::unix::fs::symlink(directory.path().join("secret.csv"), path("README.md")).unwrap();
    let (city, (told, heard)) = (directory.path().join("city"), std::sync::mpsc::channel());
    std::thread::spawn(move || told.send(Catalogue::from_dir(&city).err()));
    let found = heard.recv_timeout(std::time::Duration::from_secs(30)).expect("it hangs");
    let Some(CatalogueError::Findings(findings)) = found else { panic!("{found:?}") };
    let link = "is a link: put here what it points to";
    let all: Vec<(&str, &str)> = findings.iter().map(|finding| (finding.file.as_str(), finding.what.as_str())).collect();
    assert_eq!(
        all,
        [
            ("codes/pipe.toml", "is no plain file: put a file here"),
            ("offices.csv", "is larger than 16 MiB: a file of a catalogue is smaller"),
            ("prices.csv", link),
            ("records", link),
        ]
    );
}
