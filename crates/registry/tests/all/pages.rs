//! The pages of the staff, over real TLS and HTTP, as a browser asks for them: nothing but what it would send.

mod accepted;
mod accounts;
mod characters;
mod city;
mod damage;
mod doors;
mod entry;
mod fields;
mod folder;
mod people;
mod records;
mod returned;
mod sessions;
mod start;
mod work;
