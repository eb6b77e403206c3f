//! What the vault costs: a cell, an index, a message; and a bare AES-256-GCM beside the cell, which is what sealing cannot be cheaper than.

use std::hint::black_box;
use std::sync::Arc;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use seal::hpke::{Suite, seal};
use vault::{Cell, FileMaster, Vault};
use vocabulary::{SystemClock, SystemEntropy};

const NUMBER: &[u8] = b"123456789018";
const MANY: u32 = 100_000;

fn vault(folder: &std::path::Path) -> Result<Vault, Box<dyn std::error::Error>> {
    let entropy = Arc::new(SystemEntropy);
    let master = Arc::new(FileMaster::open_or_create(folder.join("master.key"), entropy.clone())?);
    let rooms = store::Rooms::open(store::Data::Folder(folder.join("rooms")))?;
    let room = rooms.room(&store::RoomName::national("bench"), &[vault::MIGRATIONS])?;
    Ok(Vault::open_blocking(&room, master, entropy, Arc::new(SystemClock))?)
}

fn cells(criterion: &mut Criterion, vault: &Vault) {
    let mut group = criterion.benchmark_group("cell");
    group.throughput(Throughput::Elements(1));
    let bare = Aes256Gcm::new(&[7; 32].into());
    group.bench_function("bare AES-256-GCM", |bencher| {
        bencher.iter(|| {
            let mut buffer = NUMBER.to_vec();
            let tag = bare.encrypt_inout_detached(&Nonce::from([3; 12]), &[5; 80], buffer.as_mut_slice().into());
            (buffer, tag.is_ok())
        });
    });
    let cell = Cell::new("resident", "0000123456", "number");
    group.bench_function("seal", |bencher| bencher.iter(|| vault.seal(black_box(&cell), black_box(NUMBER))));
    let sealed = vault.seal(&cell, NUMBER).unwrap_or_default();
    group.bench_function("open", |bencher| bencher.iter(|| vault.open_cell(black_box(&cell), black_box(&sealed))));
    group.bench_function("blind index", |bencher| bencher.iter(|| vault.blind("resident.number", black_box(NUMBER))));
    group.throughput(Throughput::Elements(MANY.into()));
    group.sample_size(10);
    group.bench_function("seal 100,000 on all cores", |bencher| {
        bencher.iter(|| {
            let sealed = (0..MANY).into_par_iter().map(|row| vault.seal(&Cell::new("resident", &row.to_be_bytes(), "number"), NUMBER));
            sealed.filter(Result::is_ok).count()
        });
    });
    group.finish();
}

fn messages(criterion: &mut Criterion, vault: &Vault) -> Result<(), Box<dyn std::error::Error>> {
    let mut group = criterion.benchmark_group("message of 2 KB");
    group.throughput(Throughput::Elements(1));
    let plain = vec![5; 2048];
    for suite in Suite::ALL {
        let receiver = vault.receiver_blocking("bench", suite)?;
        group.bench_function(format!("{suite} seal"), |bencher| {
            bencher.iter(|| seal(receiver.public(), b"info", b"permit", black_box(&plain), &SystemEntropy));
        });
        let sealed = seal(receiver.public(), b"info", b"permit", &plain, &SystemEntropy)?;
        group.bench_function(format!("{suite} open"), |bencher| bencher.iter(|| receiver.open(b"info", b"permit", black_box(&sealed))));
    }
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) {
    let done = tempfile::tempdir().map_err(Into::into).and_then(|folder| {
        let vault = vault(folder.path())?;
        cells(criterion, &vault);
        messages(criterion, &vault)
    });
    assert!(done.is_ok(), "{done:?}");
}

criterion_group!(benches, all);
criterion_main!(benches);
