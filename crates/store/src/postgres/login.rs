//! A URL without its password, for programs that are given it otherwise.

use super::address::decoded;
use crate::StoreError;

/// The URL without its password, and the password.
pub(crate) fn without_password(url: &str) -> Result<(String, Option<String>), StoreError> {
    let (start, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, start) = start.split_once("://").ok_or(StoreError::BadData)?;
    let (user, rest) = start.rsplit_once('@').map_or((None, start), |(user, rest)| (Some(user), rest));
    let (user, in_user) =
        user.map_or((None, None), |user| user.split_once(':').map_or((Some(user), None), |(user, password)| (Some(user), Some(password))));
    let (in_query, query): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| pair.starts_with("password="));
    let in_query = in_query.first().and_then(|pair| pair.strip_prefix("password="));
    let password = in_query.or(in_user).map(decoded).transpose()?;
    let at = user.map_or_else(String::new, |user| format!("{user}@"));
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    Ok((format!("{scheme}://{at}{rest}{query}"), password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_url_is_taken_out_wherever_it_stands() {
        for (url, without, password) in [
            ("postgres://a:b%40c@h:1/d?x=y", "postgres://a@h:1/d?x=y", Some("b@c")),
            ("postgres://a@h/d?password=p%26q&x=y", "postgres://a@h/d?x=y", Some("p&q")),
            ("postgres://a:b@h/d?password=p", "postgres://a@h/d", Some("p")),
            ("postgres:///d?host=/run", "postgres:///d?host=/run", None),
        ] {
            assert_eq!(without_password(url).unwrap(), (without.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }
}
