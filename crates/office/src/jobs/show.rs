//! One job. While it goes on, the page asks for itself again; no script is needed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{
    Approval, Banner, Button, Emphasis, Field, Form, Input, Method, Tone, approval, banner, buttons, chip, description_list,
    form as filled_form, number, paragraph, post_button, progress, section,
};
use face::{Html, Language, Link, Page, Refresh, Words, page};
use protocol::messages::jobs::{Job, JobFile, JobState};
use vocabulary::Id128;
use wire::{Path, Problem};
use work::jobs::JobError;

use super::file::REASON;
use super::state::{figures, state, step, who};
use super::{JOBS, words};
use crate::refused::told;
use crate::{Office, Visit, instant, purpose_word};

/// Between two looks, in seconds.
const AGAIN: u32 = 3;

/// Shows it.
pub(super) async fn show(State(office): State<Office>, visit: Visit, Path(id): Path<Id128>) -> Result<Response, Problem> {
    shown(&office, &visit, id, StatusCode::OK, None).await
}

/// The job, with who looks at it in the record of use.
async fn look(office: &Office, visit: &Visit, id: Id128) -> Result<Job, Problem> {
    let (jobs, by) = (office.jobs.clone(), visit.caller.clone());
    let read = move |tx: &mut store::Tx, record: &mut ledger::Record<'_>| {
        record.note(format!("job {id}"));
        jobs.look_at(tx, &by, id)
    };
    Ok(office.room.see(&visit.caller, office.system.actions.jobs, read).await?)
}

/// The words for what keeps a person from changing a job, or from taking what it wrote.
pub(super) fn hindered(error: &JobError) -> Option<Words> {
    Some(match error {
        JobError::NotNow(_) => words::NOT_NOW,
        JobError::MustEnd => words::MUST_END,
        JobError::ByHand => words::BY_HAND,
        JobError::Forgotten => words::FORGOTTEN,
        JobError::SamePerson => face::words::APPROVAL_OWN,
        JobError::NotTwoPeople => words::NOT_TWO_PEOPLE,
        JobError::NotPermitted => words::NOT_YOURS,
        JobError::LongReason(_) => words::NO_REASON,
        _ => return None,
    })
}

/// The page of a job and what keeps a person from changing it, after something was done to it or was refused.
pub(super) async fn shown(
    office: &Office,
    visit: &Visit,
    id: Id128,
    status: StatusCode,
    refused: Option<Words>,
) -> Result<Response, Problem> {
    let job = &look(office, visit, id).await?;
    let (hindrance, can_cancel) = office.jobs.hindrance(job).await?;
    let language = visit.guest.language;
    let word = |words: Words| words.of(language);
    let path = format!("{JOBS}/{}", job.id);
    let stop = format!("{path}?refresh=off");
    let is_still = matches!(job.state, JobState::Waiting | JobState::Running);
    let refresh = (is_still && !visit.guest.query.contains_key("refresh")).then_some(Refresh { seconds: AGAIN, stop: &stop });
    let far = match job.progress.total {
        Some(total) => progress(word(words::DONE_ROWS), job.progress.done, total),
        None => paragraph(&format!("{}: {}", word(words::DONE_ROWS), figures(job))),
    };
    let came = super::result::result(office, visit, job).await?;
    let asked = super::result::asked(office, visit, job).await?;
    let body = Html::all([
        asked,
        section(word(words::HOW_FAR), [far]),
        came,
        files(office, visit, job, &path),
        section(word(words::ABOUT), [about(office, language, job)]),
        acts(office, visit, (job, hindrance.as_ref().and_then(hindered), can_cancel), &path),
    ]);
    let above = [Link::new(JOBS, word(words::TITLE))];
    let title = office.kind_word(language, &job.kind);
    let refused = refused.map(|why| banner(&Banner { language, tone: Tone::Error, title: word(why), body: Html::empty() }));
    let waits = waits(office, visit, job, &path).await?;
    let shown = (job.state == JobState::Previewed).then(|| {
        banner(&Banner { language, tone: Tone::Warning, title: word(words::NOTHING_YET), body: paragraph(word(words::LOOK_FIRST)) })
    });
    let notice = Html::all(refused.into_iter().chain(waits).chain(shown));
    let fill = |frame: Page<'_>| page(&Page { title: &title, path: &path, breadcrumbs: &above, notice, body, refresh, ..frame });
    Ok(office.framed(visit, status, fill))
}

/// That it waits for a second person, with the button for somebody who is one.
async fn waits(office: &Office, visit: &Visit, job: &Job, path: &str) -> Result<Option<Html>, Problem> {
    if job.state != JobState::AwaitingApproval || !office.allows(&visit.caller, &office.system.actions.manage_jobs) {
        return Ok(None);
    }
    let why = match office.jobs.no_second_person(job, &visit.caller).await? {
        None => office.jobs.asker_of(job, &visit.caller).is_none().then_some(JobError::NotPermitted),
        no_second_person => no_second_person,
    };
    let (language, action) = (visit.guest.language, format!("{path}/approve"));
    let (asked_by, hindrance) = (who(&job.asked_by), why.as_ref().and_then(hindered).map(|why| why.of(language)));
    Ok(Some(approval(&Approval { language, asked_by, hindrance, action: &action, csrf: visit.session.csrf() })))
}

/// What it wrote, each with the button that takes it, for whoever may ask for its kind of work.
fn files(office: &Office, visit: &Visit, job: &Job, path: &str) -> Html {
    let language = visit.guest.language;
    if job.files.is_empty() {
        return Html::empty();
    }
    let may = office.allows(&visit.caller, &office.system.actions.job_files) && office.jobs.asker_of(job, &visit.caller).is_some();
    let action = format!("{path}/file");
    let entry = |(place, file): (usize, &JobFile)| {
        let until = instant(file.until.as_millisecond());
        let part = (!job.state.has_whole_files()).then(|| paragraph(words::PART.of(language)));
        let told = words::BYTES.with(language, &[("count", &number(i64::try_from(file.bytes).unwrap_or(i64::MAX))), ("until", &until)]);
        let text = words::TAKE.with(language, &[("name", &file.name)]);
        let reason = format!("{REASON}-{place}");
        let fields = [
            Field::optional("name", "", Input::Hidden { value: &file.name }),
            Field::required(&reason, words::REASON.of(language), Input::Text { value: "", autocomplete: "off" })
                .hint(words::REASON_HINT.of(language)),
        ];
        let form = Form {
            language,
            method: Method::Post,
            action: &action,
            csrf: Some(visit.session.csrf()),
            fields: &fields,
            submit: &text,
            cancel: None,
        };
        Html::all([paragraph(&told), part.unwrap_or_else(Html::empty), if may { filled_form(&form) } else { Html::empty() }])
    };
    section(words::FILES.of(language), [description_list(job.files.iter().enumerate().map(|file| (file.1.name.as_str(), entry(file))))])
}

fn about(office: &Office, language: Language, job: &Job) -> Html {
    let word = |words: Words| words.of(language);
    let at = |time: Option<vocabulary::Timestamp>| time.map(|time| Html::text(&instant(time.as_millisecond())));
    let problem = job.problem.as_ref().map(|problem| Html::text(&told(language, problem)));
    let not_taken = office.system.work.not_taken(job);
    let entries = [
        (words::KIND, Some(office.kind_word(language, &job.kind).into())),
        (words::STATE, Some(state(language, job.state))),
        (words::STEP, step(&office.system.work, language, job)),
        (words::NOT_TAKEN, (not_taken > 0).then(|| chip(Tone::Warning, &not_taken.to_string()))),
        (words::PROBLEM, problem),
        (words::ASKED_BY, Some(who(&job.asked_by).into())),
        (words::APPROVED_BY, job.approved_by.as_deref().map(|by| who(by).into())),
        (words::PURPOSE, Some(purpose_word(language, &job.purpose).into())),
        (words::ATTEMPTS, Some(job.attempts.to_string().into())),
        (words::ASKED_AT, at(Some(job.created_at))),
        (words::STARTED_AT, at(job.started_at)),
        (words::NEXT_AT, at(job.next_attempt_at)),
        (words::FINISHED_AT, at(job.finished_at)),
    ];
    description_list(entries.into_iter().filter_map(|(label, value)| Some((word(label), value?))))
}

/// What may be done to it.
fn acts(office: &Office, visit: &Visit, (job, hindrance, can_cancel): (&Job, Option<Words>, bool), path: &str) -> Html {
    let language = visit.guest.language;
    if !office.allows(&visit.caller, &office.system.actions.manage_jobs) {
        return Html::empty();
    }
    let post = |verb: &str, text: Words, emphasis| {
        let action = format!("{path}/{verb}");
        post_button(&Button { action: &action, csrf: visit.session.csrf(), values: &[], text: text.of(language), emphasis })
    };
    let go_on = match job.state {
        JobState::Previewed => Some(words::DO_IT),
        JobState::Failed | JobState::Refused | JobState::Cancelled => Some(words::RESUME),
        JobState::Waiting | JobState::Running | JobState::AwaitingApproval | JobState::Done => None,
    };
    let resume = go_on.filter(|_| hindrance.is_none()).map(|text| post("resume", text, Emphasis::Primary));
    // what only its command resumes, everybody may drop
    let cancel = can_cancel.then(|| post("cancel", words::CANCEL, Emphasis::Danger));
    let offered: Vec<Html> = resume.into_iter().chain(cancel).collect();
    let why = hindrance.map(|why| paragraph(why.of(language)));
    Html::all(why.into_iter().chain((!offered.is_empty()).then(|| buttons(offered))))
}
