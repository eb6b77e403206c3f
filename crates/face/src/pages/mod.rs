//! Pages that every system has: logging in, the screen lock, a new password, an error.

mod error;
mod log_in;
mod new_password;
mod screen_lock;

pub use error::{ErrorPage, error_page};
pub use log_in::{LogInPage, log_in_page};
pub use new_password::{NewPasswordPage, new_password_page};
pub use screen_lock::{ScreenLockPage, screen_lock_page};
