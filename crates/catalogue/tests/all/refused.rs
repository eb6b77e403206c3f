//! What does not fit is refused, naming file and key. Each test lays one changed file over the built-in catalogue.

use std::fs;
use std::path::Path;

use catalogue::{Catalogue, CatalogueError, Finding};

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
fn a_file_of_the_same_path_replaces_the_built_in_one() {
    let text = committed("programmes/colorectal.toml").replace("from = 40", "from = 45");
    let catalogue = lay("programmes/colorectal.toml", &text).unwrap();
    assert_eq!(catalogue.programmes().len(), Catalogue::built_in().unwrap().programmes().len());
    assert!(!catalogue.programme("colorectal").unwrap().examination("fit").unwrap().ages().hold(44));
}

#[test]
fn what_is_not_toml_or_not_of_the_shape_is_refused_with_its_line() {
    refused("programmes/lung.toml", "unit_price = 3300", "unit_price = ", "line 27", "");
    refused("programmes/lung.toml", "copay = 300", "copey = 300", "line 28", "copey");
    refused("records/02_stomach.toml", "kind = \"flag\"", "kind = \"flagg\"", "line 28", "flagg");
}

#[test]
fn a_file_in_no_known_folder_is_refused() {
    let Err(CatalogueError::Findings(findings)) = lay("programs/lung.toml", "") else { panic!("accepted") };
    assert_eq!(findings[0].file, "programs/lung.toml");
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
    refused("programmes/lung.toml", "examined_on = \"examined_on\"", "examined_on = \"film_number\"", "result.examined_on", "Date");
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
    refused("programmes/stomach.toml", "id = \"stomach\"", "id = \"lung\"", "id", "twice");
    refused("records/02_stomach.toml", "id = \"venue_other\"", "id = \"venue\"", "item.10", "twice");
    refused("records/03_lung.toml", "number = 3\nid", "number = 2\nid", "number", "twice");
    refused("codes/53_stomach.toml", "value = \"2\"", "value = \"1\"", "table.2340.code.1", "twice");
    refused("national/53_stomach.toml", "9P541000000000011", "9P540000000000011", "item.9P540000000000011", "twice");
}

#[test]
fn every_reference_of_a_record_type_must_resolve() {
    let file = "records/02_stomach.toml";
    refused(file, "codes = \"2340\"", "codes = \"2349\"", "item.15", "2349");
    refused(file, "codes = \"2340\"", "codes = \"2350\"", "item.15", "another code table");
    refused(file, "9P546000000000011", "9P546000000000012", "item.15", "no national item");
    refused(file, "9P546000000000011", "9P549000000000011", "item.15", "stage");
    refused(file, "9P546000000000011", "9P522000000000011", "item.15", "report category");
    refused(file, "number = 9,", "number = 10,", "item.10", "9 is due");
    refused(file, "when = \"1\"", "when = \"5\"", "item.30", "`5`");
    refused("records/04_colorectal.toml", "codes = \"2500\"", "codes = \"2050\"", "item.24", "without severity");
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
